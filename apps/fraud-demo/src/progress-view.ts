import type { ProgressEvent } from "@strata-ml/core";
import cliProgress from "cli-progress";

/** Shows what a long run does: a bar that moves on a terminal, a line a stage elsewhere. */
export interface ProgressView {
  readonly onProgress: (event: ProgressEvent) => void;
  /** A line that stays. */
  log(line: string): void;
  stop(): void;
}

/** A view on stderr, so that stdout holds results alone. */
export function progressView(stream: NodeJS.WriteStream = process.stderr): ProgressView {
  return stream.isTTY ? barView(stream) : lineView(stream);
}

/**
 * One bar, which shows whatever moved last: networks of a cross-fitting train side by side, and a bar for each stage
 * would be made anew with every event.
 */
function barView(stream: NodeJS.WriteStream): ProgressView {
  let shown: { readonly bars: cliProgress.MultiBar; readonly bar: cliProgress.SingleBar } | undefined;
  return {
    onProgress(event) {
      shown ??= startBar(stream);
      shown.bar.setTotal(event.total);
      shown.bar.update(event.done, { what: label(event) });
    },
    log(line) {
      if (shown === undefined) stream.write(`${line}\n`);
      else {
        shown.bars.log(`${line}\n`);
        shown.bars.update(); // at once: a line that waits for the next frame is lost when the view stops
      }
    },
    stop() {
      shown?.bars.stop();
      shown = undefined;
    },
  };
}

/** A bar that is drawn from now on, by a timer. A MultiBar, though it holds one: that is what can write lines above it. */
function startBar(stream: NodeJS.WriteStream): { bars: cliProgress.MultiBar; bar: cliProgress.SingleBar } {
  const bars = new cliProgress.MultiBar(
    {
      stream,
      format: " {bar} {percentage}% {what}",
      hideCursor: true,
      clearOnComplete: true,
      fps: 8,
    },
    cliProgress.Presets.shades_classic,
  );
  return { bars, bar: bars.create(0, 0, { what: "" }) };
}

/** Without a terminal a bar is noise: the end of each stage is said, once. */
function lineView(stream: NodeJS.WriteStream): ProgressView {
  const said = new Set<string>();
  const log = (line: string): void => void stream.write(`${line}\n`);
  return {
    onProgress(event) {
      const stage = `${event.owner}/${event.stage}`;
      if (event.done < event.total || !worthALine.has(event.stage) || said.has(stage)) return;
      said.add(stage);
      log(`  ${label(event)}`);
    },
    log,
    stop: () => undefined,
  };
}

const worthALine = new Set(["day", "epoch"]);

function label({ owner, stage, done, total, metrics = {} }: ProgressEvent): string {
  const measures = Object.entries(metrics).map(([name, value]) => `${name} ${value.toPrecision(3)}`);
  return [`${owner}: ${stage} ${done}/${total}`, ...measures].join(", ");
}
