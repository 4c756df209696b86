import { describe } from "../../errors.js";
import type { FitOptions, ProgressEvent } from "../../estimator/fit-options.js";
import { withNumber } from "../alter.js";
import type { CheckGroup } from "../check.js";
import type { CheckContext } from "../check-context.js";
import { ensureSame } from "../compare.js";
import { observations } from "../observe.js";
import { showError } from "../refusal.js";
import { ensure } from "../unmet.js";

/** Long enough for whatever a fit left running to show itself. */
const settleMs = 30;
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, settleMs));

/** Throws unless a fit with these options rejects with exactly this reason. */
async function ensureAborted(
  context: CheckContext,
  what: string,
  reason: Error,
  options: FitOptions,
): Promise<void> {
  let thrown: unknown;
  try {
    await context.fit(context.sample().data, options);
  } catch (error) {
    thrown = error;
  }
  ensure(thrown !== undefined, `${what} must reject, it gave a model`);
  ensure(thrown === reason, `${what} must reject with signal.reason, received ${showError(thrown)}`);
}

async function abortedBefore(context: CheckContext): Promise<void> {
  const reason = new Error("aborted before the fit");
  const signal = AbortSignal.abort(reason);
  let events = 0;
  await ensureAborted(context, "a fit that was aborted before it began", reason, {
    signal,
    onProgress: () => events++,
  });
  ensure(
    events === 0,
    `a fit that was aborted before it began must report no progress, received ${events} events`,
  );
}

async function recorded(context: CheckContext): Promise<readonly ProgressEvent[]> {
  const events: ProgressEvent[] = [];
  await context.fit(context.sample().data, { onProgress: (event) => events.push(event) });
  return events;
}

async function abortedMidway(context: CheckContext): Promise<void> {
  const total = (await recorded(context)).length;
  for (const at of new Set([1, Math.ceil(total / 2)])) {
    if (at > total) continue;
    const controller = new AbortController();
    const reason = new Error("aborted midway");
    let events = 0;
    const onProgress = (): void => {
      if (++events === at) controller.abort(reason);
    };
    await ensureAborted(context, `a fit aborted in progress event ${at} of ${total}`, reason, {
      signal: controller.signal,
      onProgress,
    });
    const seen = events;
    await settle();
    ensure(
      events === seen,
      `a fit that was aborted must leave nothing running, received ${events - seen} progress events after it rejected`,
    );
  }
  const { observed } = await context.fitted();
  ensureSame("a fit after an aborted one", await context.outcome(context.sample().data), observed);
}

async function progressOrdered(context: CheckContext): Promise<void> {
  const last = new Map<string, ProgressEvent>();
  for (const event of await recorded(context)) {
    const { owner, stage, done, total } = event;
    const key = `${owner} ${stage}`;
    ensure(
      typeof owner === "string" && owner.startsWith(context.owner),
      `progress must come from ${context.owner} or its parts, received ${describe(owner)}`,
    );
    ensure(
      typeof stage === "string" && stage.length > 0,
      `progress must name a stage, received ${describe(stage)}`,
    );
    ensure(
      done >= 0 && done <= total && Number.isFinite(total),
      `progress of ${key} must be within 0..total, received ${done} of ${total}`,
    );
    const before = last.get(key)?.done ?? 0;
    ensure(done >= before, `progress of ${key} must not fall, received ${done} after ${before}`);
    last.set(key, event);
  }
  for (const [key, { done, total }] of last)
    ensure(done === total, `the last progress of ${key} must be ${total} of ${total}, received ${done}`);
}

async function executorsAgree(context: CheckContext): Promise<void> {
  const { observed } = await context.fitted();
  for (const [at, executor] of (context.settings.executors ?? []).entries()) {
    const what = `a fit on executor ${at} (${executor.concurrency} at once)`;
    ensureSame(what, await context.outcome(context.sample().data, { executor }), observed);
    const controller = new AbortController();
    const reason = new Error("aborted on an executor");
    const started = (await recorded(context)).length > 0;
    if (started) {
      const options = { executor, signal: controller.signal, onProgress: () => controller.abort(reason) };
      await ensureAborted(context, `${what}, aborted,`, reason, options);
    }
  }
}

async function nothingLeftAlive(context: CheckContext): Promise<void> {
  const alive = context.settings.aliveTensors!;
  const before = alive();
  const ensureNone = (what: string): void =>
    ensure(alive() === before, `${what} must leave no tensor alive, received ${alive() - before} more`);
  const model = await context.fit(context.sample().data);
  ensureNone("fit");
  for (const { capability, observe } of observations(model)) {
    await observe(context.testSample().data);
    ensureNone(capability);
  }
  const { data } = context.sample();
  const [first] = data.namesOf("feature");
  const spoilt = withNumber(data.column(first), 1, Number.POSITIVE_INFINITY);
  if (spoilt !== undefined) {
    await context.fit(data.with({ [first]: spoilt })).catch(() => {});
    ensureNone("a fit that was refused");
  }
  const controller = new AbortController();
  const options = { signal: controller.signal, onProgress: () => controller.abort(new Error("aborted")) };
  await context.fit(data, options).catch(() => {});
  await settle();
  ensureNone("a fit that was aborted");
}

export const runChecks = {
  abortedBefore: {
    about: "A signal that was aborted already makes fit reject with its reason.",
    run: abortedBefore,
  },
  abortedMidway: {
    about: "An abort midway makes fit reject with its reason, and nothing goes on.",
    run: abortedMidway,
  },
  progressOrdered: {
    about: "Progress never falls within an owner's stage, and ends with done equal to total.",
    run: progressOrdered,
  },
  executorsAgree: {
    about: "Every executor gives the bits of an inline fit.",
    unless: ({ settings }) => (settings.executors?.length ? undefined : "no executors were given"),
    run: executorsAgree,
  },
  nothingLeftAlive: {
    about: "No tensor outlives a fit, a call, a refusal or an abort.",
    unless: ({ settings }) => (settings.aliveTensors ? undefined : "aliveTensors was not given"),
    run: nothingLeftAlive,
  },
} as const satisfies CheckGroup;
