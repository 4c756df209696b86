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

function barView(stream: NodeJS.WriteStream): ProgressView {
  const bars = new cliProgress.MultiBar(
    { stream, format: " {bar} {percentage}% {what}", hideCursor: true, clearOnComplete: true, fps: 8 },
    cliProgress.Presets.shades_classic,
  );
  let bar: cliProgress.SingleBar | undefined;
  let shown = "";
  return {
    onProgress(event) {
      const stage = `${event.owner} ${event.stage}`;
      if (bar === undefined || stage !== shown) {
        if (bar !== undefined) bars.remove(bar);
        bar = bars.create(event.total, event.done, { what: "" });
        shown = stage;
      }
      bar.setTotal(event.total);
      bar.update(event.done, { what: label(event) });
    },
    log: (line) => bars.log(`${line}\n`),
    stop: () => bars.stop(),
  };
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
