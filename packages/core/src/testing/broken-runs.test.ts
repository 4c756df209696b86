import { expect, test } from "vitest";
import { inlineExecutor } from "../executor/executor.js";
import type { Dataset, LabelledDataset } from "../dataset/dataset.js";
import type { FitOptions } from "../estimator/fit-options.js";
import { failures, spoilt } from "./fixtures/failures.js";
import { SmallRegressor, type SmallRegressorModel } from "./fixtures/small-regressor.js";

const features = ({ u, v }: { u: Float64Array; v: Float64Array }) => ({ numericU: u, numericV: v });

type Options = FitOptions<LabelledDataset>;

/** A regressor that fits with other options than it is given. */
function withOptions(change: (options: Options) => Options): typeof SmallRegressor {
  return class Broken extends SmallRegressor {
    override async fit(data: LabelledDataset, options: Options = {}) {
      return super.fit(data, change(options));
    }
  };
}

test("an abort that is ignored", async () => {
  const Deaf = withOptions((options) => ({ ...options, signal: new AbortController().signal }));
  const found = await failures(() => new Deaf(), { features });
  expect(Object.keys(found)).toEqual(["abortedBefore", "abortedMidway"]);
  expect(found.abortedMidway).toBe("a fit aborted in progress event 1 of 20 must reject, it gave a model");
});

test("an abort that rejects with another error", async () => {
  class Wrapping extends SmallRegressor {
    override async fit(data: LabelledDataset, options: Options = {}) {
      try {
        return await super.fit(data, options);
      } catch (error) {
        throw options.signal?.aborted ? new Error("AbortError: aborted") : error;
      }
    }
  }
  const found = await failures(() => new Wrapping(), { features });
  expect(Object.keys(found)).toEqual(["abortedBefore", "abortedMidway"]);
  expect(found.abortedBefore).toBe(
    'a fit that was aborted before it began must reject with signal.reason, received Error "AbortError: aborted"',
  );
});

test("work that goes on after an abort", async () => {
  class Restless extends SmallRegressor {
    override async fit(data: LabelledDataset, options: Options = {}) {
      options.signal?.addEventListener("abort", () => {
        setTimeout(() => options.onProgress?.({ owner: this.owner, stage: "sweep", done: 20, total: 20 }), 5);
      });
      return super.fit(data, options);
    }
  }
  const found = await failures(() => new Restless(), { features });
  expect(Object.keys(found)).toEqual(["abortedMidway"]);
  expect(found.abortedMidway).toBe(
    "a fit that was aborted must leave nothing running, received 1 progress events after it rejected",
  );
});

test("an abort that spoils the next fit", async () => {
  let broken = false;
  class Fragile extends SmallRegressor {
    override async fit(data: LabelledDataset, options: Options = {}) {
      options.signal?.addEventListener("abort", () => (broken = true));
      const model = await super.fit(data, options);
      return broken
        ? spoilt<SmallRegressorModel>(model, { predict: (rows: Dataset) => new Float64Array(rows.rows) })
        : model;
    }
  }
  const found = await failures(() => new Fragile(), { features });
  expect(found.abortedMidway).toMatch(/^a fit after an aborted one: predict must be/);
});

test("progress that goes backwards, has no end, or passes it", async () => {
  const report =
    (change: (done: number) => number) =>
    (options: Options): Options => ({
      ...options,
      onProgress: (event) => options.onProgress?.({ ...event, done: change(event.done) }),
    });
  const cases = [
    [(done: number) => (done === 7 ? 3 : done), "progress of Broken sweep must not fall, received 3 after 6"],
    [(done: number) => done - 1, "the last progress of Broken sweep must be 20 of 20, received 19"],
    [(done: number) => done + 1, "progress of Broken sweep must be within 0..total, received 21 of 20"],
  ] as const;
  for (const [change, message] of cases) {
    const Broken = withOptions(report(change));
    const found = await failures(() => new Broken(), { features });
    expect(found).toEqual({ progressOrdered: message });
  }
});

test("progress in nobody's name", async () => {
  const Broken = withOptions((options) => ({
    ...options,
    onProgress: (event) => options.onProgress?.({ ...event, owner: "" }),
  }));
  const found = await failures(() => new Broken(), { features });
  expect(found).toEqual({ progressOrdered: 'progress must come from Broken or its parts, received ""' });
});

test("a validation set that is changed, and one that is not used the same way twice", async () => {
  class Careless extends SmallRegressor {
    override async fit(data: LabelledDataset, options: Options = {}) {
      const { validation } = options;
      if (validation?.target.kind === "numeric") validation.target.values[0] += 1;
      return super.fit(data, options);
    }
  }
  const found = await failures(() => new Careless(), { features });
  expect(found.fitKeepsData).toMatch(/^fit must not change column 'outcome' \(target\) of the dataset/);
  class Alternating extends SmallRegressor {
    private readonly calls = { count: 0 };
    override async fit(data: LabelledDataset, options: Options = {}) {
      const validation = options.validation?.slice(0, ++this.calls.count % 2 ? 40 : 1);
      return super.fit(data, validation === undefined ? options : { ...options, validation });
    }
  }
  const shared = new Alternating();
  expect((await failures(() => shared, { features })).validationAccepted).toMatch(
    /^a second fit with the same validation data/,
  );
});

test("an executor that changes the result", async () => {
  class Split extends SmallRegressor {
    override async fit(data: LabelledDataset, options: Options = {}) {
      return super.fit(options.executor === undefined ? data : data.slice(1), options);
    }
  }
  const found = await failures(() => new Split(), { features, executors: [inlineExecutor] });
  expect(Object.keys(found)).toEqual(["executorsAgree"]);
  expect(found.executorsAgree).toMatch(/^a fit on executor 0 \(1 at once\): predict must be/);
});

test("tensors that outlive fit, predict or an abort", async () => {
  let alive = 0;
  class LeakyFit extends SmallRegressor {
    override async fit(data: LabelledDataset, options?: Options) {
      alive++;
      return super.fit(data, options);
    }
  }
  const aliveTensors = (): number => alive;
  expect(await failures(() => new LeakyFit(), { features, aliveTensors })).toEqual({
    nothingLeftAlive: "fit must leave no tensor alive, received 1 more",
  });
  class LeakyPredict extends SmallRegressor {
    override async fit(data: LabelledDataset, options?: Options) {
      const model = await super.fit(data, options);
      return spoilt<SmallRegressorModel>(model, {
        predict: (rows: Dataset) => (alive++, model.predict(rows)),
      });
    }
  }
  expect(await failures(() => new LeakyPredict(), { features, aliveTensors })).toEqual({
    nothingLeftAlive: "predict must leave no tensor alive, received 1 more",
  });
  class LeakyAbort extends SmallRegressor {
    override async fit(data: LabelledDataset, options: Options = {}) {
      alive++;
      const model = await super.fit(data, options);
      alive--;
      return model;
    }
  }
  expect((await failures(() => new LeakyAbort(), { features, aliveTensors })).nothingLeftAlive).toBe(
    "a fit that was refused must leave no tensor alive, received 1 more",
  );
});
