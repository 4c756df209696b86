import { execFile } from "node:child_process";
import { promisify } from "node:util";
import {
  ArtifactError,
  DataError,
  defineTask,
  inlineExecutor,
  ParamError,
  ParseError,
  StrataError,
  type Task,
} from "@strata-ml/core";
import { workerExecutor } from "@strata-ml/core/node";
import { afterEach, describe, expect, test } from "vitest";

// What is built is tested here: a worker thread can't import TypeScript.
const tasks = new URL("./fixtures/tasks.mjs", import.meta.url).href;
const task = <I, O>(name: string): Task<I, O> =>
  defineTask<I, O>(tasks, name, () => {
    throw new Error("a task must run in the worker");
  });
const square = task<number, number>("square");
const slow = task<[number, number], number>("slow");

let executor = workerExecutor({ workers: 2 });
afterEach(async () => {
  await executor.close();
  executor = workerExecutor({ workers: 2 });
});

/** Worker threads that live in this process. */
const threads = () => process.getActiveResourcesInfo().filter((name) => name === "MessagePort").length;

async function failure(act: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  const error: unknown = await act.then(
    () => "nothing was thrown",
    (cause: unknown) => cause,
  );
  expect(error).toBeInstanceOf(Error);
  return error as Error & Record<string, unknown>;
}

describe("map", () => {
  test("results come in the order of the shards, whatever finished first", async () => {
    expect(await executor.map(square, [1, 2, 3, 4, 5])).toEqual([1, 4, 9, 16, 25]);
    expect(
      await executor.map(slow, [
        [60, 1],
        [1, 2],
        [1, 3],
      ]),
    ).toEqual([1, 2, 3]);
    expect(await executor.map(square, [])).toEqual([]);
  });

  test("workers run side by side and are kept for the next map", async () => {
    const ids = await executor.map(task<number, number>("threadId"), [1, 2]);
    expect(new Set(ids).size).toBe(2);
    const again = await executor.map(task<number, number>("threadId"), [1, 2, 3, 4]);
    expect(new Set([...ids, ...again]).size).toBe(2);
    expect(executor.concurrency).toBe(2);
  });

  test("progress comes with its shard and metrics", async () => {
    const events: object[] = [];
    await executor.map(slow, [[1, 7]], { onProgress: (event) => events.push(event) });
    expect(events).toEqual([
      { shard: 0, done: 0, total: 1 },
      { shard: 0, done: 1, total: 1, metrics: { value: 7 } },
    ]);
  });

  test("shared memory is shared, all else is copied", async () => {
    const shared = new Float64Array(new SharedArrayBuffer(16));
    const own = Float64Array.of(1, 2);
    expect(await executor.map(task<Float64Array, number>("total"), [shared])).toEqual([1]);
    expect(await executor.map(task<Float64Array, number>("total"), [own])).toEqual([4]);
    expect([shared[0], own[0]]).toEqual([1, 1]);
  });

  test("several maps at once", async () => {
    const maps = [1, 2, 3].map((k) => executor.map(square, [k, k + 1, k + 2]));
    expect(await Promise.all(maps)).toEqual([
      [1, 4, 9],
      [4, 9, 16],
      [9, 16, 25],
    ]);
  });

  test("a number of workers that can't be", () => {
    expect(() => workerExecutor({ workers: 0 })).toThrow("workerExecutor: workers must be >= 1, received 0");
    expect(() => workerExecutor({ workers: 1.5 })).toThrow(ParamError);
  });
});

describe("errors arrive as what was thrown", () => {
  const fail = task<string, never>("fail");
  test.each<[string, new (...args: never[]) => Error, object]>([
    [
      "strata",
      StrataError,
      { name: "StrataError", owner: "Kiln", message: "Kiln: it must be cold, received 900" },
    ],
    [
      "param",
      ParamError,
      { name: "ParamError", owner: "Kiln", message: "Kiln: heat must be >= 0, received -1" },
    ],
    ["data", DataError, { name: "DataError", message: "Kiln: column 'clay' must be numeric, received text" }],
    [
      "parse",
      ParseError,
      { line: 4, column: 2, message: "Kiln: line 4, column 2: a cell must be a number, received x" },
    ],
    ["parseNowhere", ParseError, { line: undefined, message: "Kiln: nothing to read" }],
    ["artifact", ArtifactError, { message: "Kiln: damaged" }],
    ["own", DataError, { name: "TemperatureError", message: "Kiln: too hot" }],
    ["type", TypeError, { name: "TypeError", message: "no function" }],
    ["unclonableCause", RangeError, { message: "far" }],
    ["abort", Error, { name: "AbortError", message: "stopped" }],
    ["text", Error, { message: "just text" }],
    ["nothing", Error, { message: "undefined" }],
  ])("%s", async (kind, type, fields) => {
    const error = await failure(executor.map(fail, [kind]));
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject(fields);
    expect(error.constructor).toBe(type);
  });

  test("with causes, and the stack of the worker", async () => {
    const error = await failure(executor.map(fail, ["artifact"]));
    expect(error.cause).toBeInstanceOf(TypeError);
    expect((error.cause as Error).cause).toMatchObject({ message: "deepest" });
    expect(error.stack).toContain("tasks.mjs");
  });

  test("a task that is not there, a module that is not there", async () => {
    expect((await failure(executor.map(task("absent"), [1]))).message).toBe(
      `workerExecutor: '${tasks}' must export the task 'absent', it does not`,
    );
    const nowhere = defineTask("file:///nowhere.mjs", "x", () => 1);
    expect((await failure(executor.map(nowhere, [1]))).message).toContain("Cannot find module");
  });

  test("inputs and results that can't be cloned", async () => {
    expect((await failure(executor.map(task("unclonable"), [1]))).message).toContain("could not be cloned");
    expect((await failure(executor.map(square as Task<unknown, number>, [() => 1]))).message).toContain(
      "could not be cloned",
    );
    expect(await executor.map(square, [3])).toEqual([9]);
  });

  test("a worker that ends itself", async () => {
    expect((await failure(executor.map(task("leave"), [1]))).message).toBe(
      "workerExecutor: the worker must finish its shard, it ended with code 3",
    );
    expect(await executor.map(square, [3])).toEqual([9]);
  });

  test("an onProgress that throws rejects the map, as it does inline", async () => {
    const onProgress = () => {
      throw new Error("no more");
    };
    expect((await failure(executor.map(slow, [[5, 1]], { onProgress }))).message).toBe("no more");
    const here = defineTask<number, number>(tasks, "x", (x, context) => {
      context.progress(0, 1);
      return x;
    });
    expect((await failure(inlineExecutor.map(here, [1], { onProgress }))).message).toBe("no more");
  });

  test("one shard that fails ends the others, and the executor goes on", async () => {
    const mixed = task<unknown, unknown>("slow");
    const before = performance.now();
    expect(await failure(executor.map(mixed, [[20_000, 1], null]))).toBeInstanceOf(TypeError);
    expect(performance.now() - before).toBeLessThan(10_000);
    expect(await executor.map(square, [2, 3])).toEqual([4, 9]);
  });

  test("what a task leaves behind fails its idle worker alone", async () => {
    await executor.map(task("failLater"), [1]);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await executor.map(square, [2, 3, 4])).toEqual([4, 9, 16]);
  });
});

describe("abort and close", () => {
  test("a signal that is aborted already starts nothing", async () => {
    const before = threads();
    const signal = AbortSignal.abort(new Error("not now"));
    expect((await failure(executor.map(square, [1], { signal }))).message).toBe("not now");
    expect(threads()).toBe(before);
  });

  test("an abort ends workers that would never listen, rejects with its reason, and leaves nothing running", async () => {
    const before = threads();
    const control = new AbortController();
    let running = 0;
    const map = executor.map(task<number, never>("spin"), [1, 2, 3], {
      signal: control.signal,
      onProgress: () => {
        if (++running < 2) return;
        expect(threads()).toBeGreaterThan(before);
        control.abort(new Error("enough"));
      },
    });
    expect((await failure(map)).message).toBe("enough");
    expect(running).toBe(2);
    expect(threads()).toBe(before);
    expect(await executor.map(square, [5, 6])).toEqual([25, 36]);
  });

  test("aborts at any moment never leave a dead worker in the pool", async () => {
    for (let ms = 0; ms < 20; ms += 4) {
      const control = new AbortController();
      setTimeout(() => control.abort(new Error("enough")), ms);
      const shards = Array.from({ length: 40 }, (_, i): [number, number] => [i % 2, i]);
      await executor
        .map(slow, shards, { signal: control.signal })
        .catch((error: Error) => expect(error.message).toBe("enough"));
      expect(await executor.map(square, [1, 2, 3])).toEqual([1, 4, 9]);
    }
  });

  test("a closed executor refuses, and close ends what runs", async () => {
    const map = executor.map(task<number, never>("spin"), [1]);
    setTimeout(() => void executor.close(), 50);
    expect((await failure(map)).message).toContain("the worker must finish its shard");
    expect((await failure(executor.map(square, [1]))).message).toBe(
      "workerExecutor: it must be open, it was closed",
    );
    await executor.close();
  });

  test("an idle pool lets the process end by itself", async () => {
    const script = `
      import { defineTask } from "@strata-ml/core";
      import { workerExecutor } from "@strata-ml/core/node";
      const executor = workerExecutor({ workers: 2 });
      const square = defineTask(${JSON.stringify(tasks)}, "square", () => 0);
      console.log(JSON.stringify(await executor.map(square, [2, 3, 4])));`;
    const run = promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
      cwd: new URL("../..", import.meta.url),
      timeout: 20_000,
    });
    expect((await run).stdout.trim()).toBe("[4,9,16]");
  });
});
