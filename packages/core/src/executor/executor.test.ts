import { describe, expect, test } from "vitest";
import { defineTask, inlineExecutor } from "./executor.js";

const here = import.meta.url;
const square = defineTask(here, "square", (x: number) => x * x);

describe("inlineExecutor", () => {
  test("shards one after another, results in their order", async () => {
    const order: number[] = [];
    const task = defineTask(here, "task", async (ms: number) => {
      await new Promise((resolve) => setTimeout(resolve, ms));
      order.push(ms);
      return ms;
    });
    expect(await inlineExecutor.map(task, [15, 1, 5])).toEqual([15, 1, 5]);
    expect(order).toEqual([15, 1, 5]);
    expect(await inlineExecutor.map(square, [])).toEqual([]);
    expect(inlineExecutor.concurrency).toBe(1);
    await inlineExecutor.close();
  });

  test("a task carries where it can be imported from, and is the function itself", async () => {
    expect([square.module, square.exportName]).toEqual([here, "square"]);
    const context = { signal: new AbortController().signal, progress: () => {} };
    expect(await square(3, context)).toBe(9);
  });

  test("progress comes with its shard", async () => {
    const events: object[] = [];
    const task = defineTask(here, "task", (x: number, context) => {
      context.progress(1, 2);
      context.progress(2, 2, { loss: x });
      return x;
    });
    await inlineExecutor.map(task, [5, 6], { onProgress: (event) => events.push(event) });
    expect(events).toEqual([
      { shard: 0, done: 1, total: 2 },
      { shard: 0, done: 2, total: 2, metrics: { loss: 5 } },
      { shard: 1, done: 1, total: 2 },
      { shard: 1, done: 2, total: 2, metrics: { loss: 6 } },
    ]);
  });

  test("an abort between shards ends the map with its reason, and a task sees the signal", async () => {
    const control = new AbortController();
    const done: number[] = [];
    const task = defineTask(here, "task", (x: number, { signal }) => {
      expect(signal).toBe(control.signal);
      done.push(x);
      if (x === 2) control.abort(new Error("enough"));
    });
    await expect(inlineExecutor.map(task, [1, 2, 3], { signal: control.signal })).rejects.toThrow("enough");
    expect(done).toEqual([1, 2]);
    await expect(inlineExecutor.map(square, [1], { signal: control.signal })).rejects.toThrow("enough");
  });

  test("an error of a task is the error of the map", async () => {
    const task = defineTask(here, "task", () => {
      throw new RangeError("far");
    });
    await expect(inlineExecutor.map(task, [1])).rejects.toThrow(new RangeError("far"));
  });
});
