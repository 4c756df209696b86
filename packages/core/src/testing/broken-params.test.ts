import { expect, test } from "vitest";
import { z } from "zod";
import { Registry } from "../artifact/registry.js";
import { failures } from "./fixtures/failures.js";
import { smallClassifierCodec } from "./fixtures/small-classifier.js";
import { SmallClusterer } from "./fixtures/small-clusterer.js";
import { SmallOutlierDetector } from "./fixtures/small-outlier-detector.js";
import { SmallPipeline } from "./fixtures/small-pipeline.js";
import { SmallRegressor, smallRegressorCodec } from "./fixtures/small-regressor.js";

test("with that drops the params set before", async () => {
  class Forgetful extends SmallRegressor {
    override with(patch: Record<string, unknown>): this {
      return new Forgetful(patch) as this;
    }
  }
  const found = await failures(() => new Forgetful({ alpha: 0.3 }));
  expect(Object.keys(found)).toEqual(["withCopies"]);
  expect(found.withCopies).toBe(
    'with({}) must equal the original {"type":"test/small-regressor","params":{"alpha":0.3,"sweeps":20,"seed":0}}, received {"type":"test/small-regressor","params":{"alpha":0.1,"sweeps":20,"seed":0}}',
  );
});

test("with that changes the original", async () => {
  class Changeable extends SmallRegressor {
    constructor(input?: object) {
      super(input);
      Object.defineProperty(this, "params", { value: { ...this.params } });
    }
    override with(patch: Record<string, unknown>): this {
      const copy = super.with(patch);
      Object.assign(this.params, copy.params);
      return copy;
    }
  }
  const found = await failures(() => new Changeable());
  expect(found.withCopies).toMatch(
    /^with must not change the original .*"alpha":0.1.* it is now .*"alpha":1/,
  );
  expect(found.paramsFrozen).toBe("params must be frozen");
});

test("a constructor that takes what its schema doesn't know", async () => {
  class Lenient extends SmallRegressor {
    override with(patch: Record<string, unknown>): this {
      const { alpha, sweeps, seed } = { ...this.params, ...patch };
      return new Lenient({ alpha, sweeps, seed }) as this;
    }
  }
  const found = await failures(() => new Lenient());
  expect(Object.keys(found)).toEqual(["unknownParamRefused"]);
  expect(found.unknownParamRefused).toBe(
    "with({ noSuchParam: 1 }) must be refused with ParamError that names 'noSuchParam', received no error but a Lenient",
  );
});

test("params that are taken whatever their type", async () => {
  class Untyped extends SmallOutlierDetector {
    override readonly schema = z.strictObject({ power: z.unknown() }) as never;
  }
  const found = await failures(() => new Untyped());
  expect(found.wrongParamRefused).toBe("param power must have a type, its schema takes anything");
  expect(found.constructsWithDefaults).toBe("param power must have a description, received none");
});

test("a param that crashes on a wrong type", async () => {
  class Crashing extends SmallOutlierDetector {
    override with(patch: Record<string, unknown>): this {
      if (typeof patch.power === "symbol") throw new TypeError("Cannot convert a Symbol value to a number");
      return super.with(patch);
    }
  }
  const found = await failures(() => new Crashing());
  expect(found.wrongParamRefused).toMatch(
    /must be refused with ParamError .* received TypeError "Cannot convert/,
  );
});

test("a codec that restores another estimator, and one that drops a param", async () => {
  const other = { ...smallClassifierCodec, type: "test/small-regressor" };
  const wrong = await failures(() => new SmallRegressor(), { registry: new Registry([other]) });
  expect(wrong.paramsSurviveJson).toMatch(/it must not throw, received ParamError/);
  const dropping = { ...smallRegressorCodec, estimator: () => new SmallRegressor() };
  const found = await failures(() => new SmallRegressor(), { registry: new Registry([dropping]) });
  expect(found.paramsSurviveJson).toMatch(/must restore an equal estimator, received .*"alpha":0.1/);
});

test("tags that contradict each other", async () => {
  class Confused extends SmallClusterer {
    override readonly tags = { ...new SmallClusterer().tags, accepts: ["numbers" as never] };
  }
  const found = await failures(() => new Confused(), { features: ({ u, v }) => ({ u, v }) });
  expect(found.tagsValid).toBe('tags.accepts must list kinds of columns, received "numbers"');
});

test("a composite that loses a part's params", async () => {
  class Careless extends SmallPipeline {
    override withParts(): this {
      return new Careless() as this;
    }
  }
  const found = await failures(() => new Careless());
  expect(found.partsReplaceable).toMatch(
    /^withParams of scaler.center must give the part .*false.* received .*true/,
  );
});
