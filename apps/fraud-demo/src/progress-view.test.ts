import { PassThrough } from "node:stream";
import type { ProgressEvent } from "@strata-ml/core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type ProgressView, progressView } from "./progress-view.js";

/** A stream of the kind that stderr is, and what was written to it. */
function fakeStream(isTTY: boolean): { stream: NodeJS.WriteStream; written: () => string } {
  const stream = Object.assign(new PassThrough({ encoding: "utf8" }), { isTTY, columns: 80 });
  let all = "";
  stream.on("data", (text: string) => (all += text));
  return { stream: stream as unknown as NodeJS.WriteStream, written: () => all };
}

const event = (owner: string, stage: string, done: number, metrics = {}): ProgressEvent => ({
  owner,
  stage,
  done,
  total: 4,
  metrics,
});

/** Two networks that train side by side, with lines between. */
function show(view: ProgressView): void {
  view.log("train 10 rows");
  for (let done = 0; done <= 4; done++) {
    for (const owner of ["fold1", "fold2"]) view.onProgress(event(owner, "epoch", done, { loss: 0.123456 }));
    view.onProgress(event("boosting", "tree", done));
    if (done === 2) view.log("half");
  }
  view.log("deep: done");
  view.stop();
}

describe("a stream that is no terminal", () => {
  it("gets whole lines without control characters, one for the end of each long stage", () => {
    const { stream, written } = fakeStream(false);
    const view = progressView(stream);
    show(view);
    view.onProgress(event("fold1", "epoch", 4));
    expect(written()).toBe(
      [
        "train 10 rows",
        "half",
        "  fold1: epoch 4/4, loss 0.123",
        "  fold2: epoch 4/4, loss 0.123",
        "deep: done",
        "",
      ].join("\n"),
    );
  });
});

describe("a terminal", () => {
  // Bars are drawn by a timer.
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const frames = (): void => void vi.advanceTimersByTime(300);
  const escape = String.fromCodePoint(27);

  it("gets one bar that moves, and lines that stay above it", () => {
    const { stream, written } = fakeStream(true);
    const view = progressView(stream);
    view.onProgress(event("fold1", "epoch", 1));
    view.log("train 10 rows");
    expect(written()).toMatch(/train 10 rows\n.*█{10}░{30} 25% fold1: epoch 1\/4/s);
    for (const owner of ["fold2", "fold1"]) {
      view.onProgress(event(owner, "epoch", 2));
      frames();
      expect(written()).toContain(`${"█".repeat(20)}${"░".repeat(20)} 50% ${owner}: epoch 2/4`);
    }
    view.log("half");
    expect(written()).toMatch(/half\n/);
    // A bar a stage would begin a new line whenever networks that train side by side take turns.
    expect(written().match(/\n/g)).toHaveLength(2);
    view.stop();
  });

  it("loses no line, shows the cursor again, and is silent once stopped", () => {
    const { stream, written } = fakeStream(true);
    const view = progressView(stream);
    show(view);
    view.stop();
    view.log("after all");
    const atStop = written();
    for (const line of ["train 10 rows\n", "half\n", "deep: done\n", "after all\n"])
      expect(atStop).toContain(line);
    expect(atStop.lastIndexOf(`${escape}[?25h`)).toBeGreaterThan(atStop.lastIndexOf(`${escape}[?25l`));
    frames();
    expect(written()).toBe(atStop);
  });
});
