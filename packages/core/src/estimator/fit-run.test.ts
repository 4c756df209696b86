import { describe, expect, test, vi } from "vitest";
import { fromColumns } from "../dataset/from-columns.js";
import { inlineExecutor } from "../executor/executor.js";
import { DataError, ParamError } from "../errors.js";
import type { FitOptions, ProgressEvent } from "./fit-options.js";
import { FitRun, nestedOptions } from "./fit-run.js";

/** Keeps the thread for so long. */
function work(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

describe("FitRun", () => {
  test("step reports what it is told, metrics only where there are any", async () => {
    const events: ProgressEvent[] = [];
    const run = new FitRun("Forest", { onProgress: (event) => events.push(event) });
    for (let tree = 1; tree <= 3; tree++)
      await run.step("tree", tree, 3, tree === 3 ? { loss: 0.5 } : undefined);
    expect(events).toEqual([
      { owner: "Forest", stage: "tree", done: 1, total: 3 },
      { owner: "Forest", stage: "tree", done: 2, total: 3 },
      { owner: "Forest", stage: "tree", done: 3, total: 3, metrics: { loss: 0.5 } },
    ]);
  });

  test("a signal that is aborted already is noticed at once", () => {
    const signal = AbortSignal.abort(new Error("not now"));
    expect(() => new FitRun("Forest", { signal })).toThrow("not now");
  });

  test("an abort between steps rejects with its reason", async () => {
    const control = new AbortController();
    const run = new FitRun("Forest", { signal: control.signal });
    await run.step("tree", 1, 3);
    control.abort(new Error("enough"));
    await expect(run.step("tree", 2, 3)).rejects.toThrow("enough");
    await expect(run.breathe()).rejects.toThrow("enough");
  });

  test("timers run while a long loop breathes, so an abort from one arrives", async () => {
    const control = new AbortController();
    setTimeout(() => control.abort(new Error("time is up")), 10);
    const run = new FitRun("Forest", { signal: control.signal });
    let steps = 0;
    const loop = async (): Promise<void> => {
      for (; steps < 10_000; steps++) {
        work(1);
        await run.breathe();
      }
    };
    await expect(loop()).rejects.toThrow("time is up");
    expect(steps).toBeLessThan(2000);
  });

  test("it yields seldom: a quick loop stays in one turn of the event loop", async () => {
    const run = new FitRun("Forest");
    let turned = false;
    setImmediate(() => (turned = true));
    for (let i = 0; i < 100; i++) await run.breathe();
    expect(turned).toBe(false);
    work(30);
    await run.breathe();
    expect(turned).toBe(true);
  });

  test("warnings go to onWarning, else to the console, with their owner", () => {
    const heard: string[] = [];
    new FitRun("Forest", { onWarning: (message) => heard.push(message) }).warn("no convergence");
    expect(heard).toEqual(["Forest: no convergence"]);
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    new FitRun("Forest").warn("no convergence");
    expect(warn).toHaveBeenCalledExactlyOnceWith("Forest: no convergence");
    warn.mockRestore();
  });
});

describe("options of a fit", () => {
  const run = (options: unknown) => () => new FitRun("Forest", options as FitOptions);
  test.each<[unknown, string]>([
    [null, "options must be an object, received null"],
    ["fast", 'options must be an object, received "fast"'],
    [{ signal: {} }, "signal must be an AbortSignal, received an object"],
    [{ onProgress: true }, "onProgress must be a function, received true"],
    [{ onWarning: "log" }, 'onWarning must be a function, received "log"'],
    [{ executor: 4 }, "executor must be an executor, received 4"],
    [{ validaton: 1 }, "there is no option \"validaton\" of fit, did you mean 'validation'?"],
    [{ validationData: 1 }, "there is no option \"validationData\" of fit, did you mean 'validation'?"],
    [{ onProgres: 1 }, "there is no option \"onProgres\" of fit, did you mean 'onProgress'?"],
    [{ abortSignal: 1, singal: 1 }, "there is no option \"singal\" of fit, did you mean 'signal'?"],
  ])("can't be %j", (options, message) => {
    expect(run(options)).toThrow(ParamError);
    expect(run(options)).toThrow(`Forest: ${message}`);
  });

  test("validation data is a dataset, whether or not it is used", () => {
    expect(run({ validation: [[1]] })).toThrow(DataError);
    expect(run({ validation: [[1]] })).toThrow(
      "Forest: validation must be a Dataset, received an array of 1",
    );
    expect(run({ validation: fromColumns({ x: [1] }) })).not.toThrow();
    expect(run({ validation: undefined, signal: undefined })).not.toThrow();
  });

  test("may have others of who is around, such as a ladder's", () => {
    const others = { positive: 1, seed: 0, nResamples: 9, confidence: 0.9, registry: {}, onRung: () => {} };
    expect(run(others)).not.toThrow();
  });
});

describe("nestedOptions", () => {
  test("keeps signal and executor, drops the whole's validation, puts progress and warnings in their place", () => {
    const events: ProgressEvent[] = [];
    const warnings: string[] = [];
    const { signal } = new AbortController();
    const options = {
      signal,
      executor: inlineExecutor,
      validation: fromColumns({ x: [1] }),
      onProgress: (event: ProgressEvent) => void events.push(event),
      onWarning: (message: string) => void warnings.push(message),
    };
    const inner = nestedOptions(options, "Pipeline", "model");
    expect(inner.signal).toBe(signal);
    expect(inner.executor).toBe(inlineExecutor);
    expect("validation" in inner).toBe(false);
    inner.onProgress?.({ owner: "Forest", stage: "tree", done: 1, total: 2 });
    inner.onProgress?.({ owner: "Search.fold.model", stage: "tree", done: 2, total: 2 });
    inner.onWarning?.("Forest: no convergence");
    expect(events).toEqual([
      { owner: "Pipeline.model", stage: "tree", done: 1, total: 2 },
      { owner: "Pipeline.model.fold.model", stage: "tree", done: 2, total: 2 },
    ]);
    expect(warnings).toEqual(["Pipeline.model: Forest: no convergence"]);
  });

  test("gives a part the validation data that it is to have", () => {
    const [whole, part] = [fromColumns({ x: [1] }), fromColumns({ z: [2] })];
    expect(nestedOptions({ validation: whole }, "Pipeline", "model", part).validation).toBe(part);
  });

  test("adds nothing that was not there", () => {
    expect(nestedOptions({}, "Pipeline", "model")).toEqual({});
  });
});
