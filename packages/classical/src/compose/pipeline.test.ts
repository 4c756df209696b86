import {
  canPredictProbability,
  type Dataset,
  decodeArtifact,
  encodeArtifact,
  Estimator,
  type FitOptions,
  fromColumns,
  isComposite,
  type LabelledDataset,
  Model,
  ParamError,
  type ProgressEvent,
  Random,
  Registry,
  withParams,
} from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { Ridge, ridgeCodec } from "../linear/ridge.js";
import { StandardScaler, standardScalerCodec } from "../preprocessing/standard-scaler.js";
import { Pipeline, pipelineCodec } from "./pipeline.js";

const registry = new Registry([pipelineCodec, ridgeCodec, standardScalerCodec]);

function regressionData(rows: number, seed = 1): LabelledDataset {
  const random = new Random(seed);
  const a = Float64Array.from({ length: rows }, () => 5 + 3 * random.normal());
  const b = Float64Array.from({ length: rows }, () => random.normal());
  return fromColumns(
    { a, b, y: a.map((value, i) => 2 * value - b[i] + 0.1 * random.normal()) },
    { target: "y" },
  );
}

const scaledRidge = () =>
  new Pipeline({
    steps: [
      ["scale", new StandardScaler()],
      ["model", new Ridge({ alpha: 2 })],
    ],
  });

describe("Pipeline", () => {
  test("equals its steps done by hand, at once", async () => {
    const data = regressionData(40);
    const model = await scaledRidge().fit(data);
    const scaler = await new StandardScaler().fit(data);
    const ridge = await new Ridge({ alpha: 2 }).fit(scaler.transform(data).labelled("test"));
    const byHand = ridge.predict(scaler.transform(data));
    expect(model.predict(data)).toEqual(byHand);
    assertClose(model.models.model.coef, ridge.coef);
  });

  test("offers what its last model offers, and nothing else", async () => {
    const model = await scaledRidge().fit(regressionData(20));
    expect(canPredictProbability(model)).toBe(false);
    expect("transform" in model).toBe(false);
  });

  test("sets params by path and leaves the original as it was", () => {
    const pipeline = scaledRidge();
    const changed = withParams(pipeline, { "model.alpha": 7, "scale.withMean": false });
    expect(changed.parts.model.params.alpha).toBe(7);
    expect(changed.parts.scale.params.withMean).toBe(false);
    expect(pipeline.parts.model.params.alpha).toBe(2);
    expect(isComposite(pipeline)).toBe(true);
    expect(() => withParams(pipeline, { "modle.alpha": 1 } as never)).toThrow("did you mean 'model'?");
    expect(() => withParams(pipeline, { "model.alpha": -1 })).toThrow(
      "Ridge: alpha must be >= 0, received -1",
    );
  });

  test("takes steps called as what every object inherits, but none that artifacts reserve", async () => {
    const pipeline = new Pipeline({
      steps: [
        ["toString", new StandardScaler()],
        ["model", new Ridge()],
      ],
    });
    const changed = withParams(pipeline, { "model.alpha": 7 });
    expect(changed.parts.model.params.alpha).toBe(7);
    const data = regressionData(20);
    const model = await changed.fit(data);
    const again = (await decodeArtifact(await encodeArtifact(model, registry), registry)) as typeof model;
    expect(again.predict(data)).toEqual(model.predict(data));
    expect(() => new Pipeline({ steps: [["__proto__", new Ridge()]] })).toThrow(
      "must not be a name that artifacts reserve",
    );
  });

  test("refuses a step that can't transform, a name twice, and a name that breaks paths", () => {
    expect(
      () =>
        new Pipeline({
          steps: [
            ["a", new Ridge()],
            ["b", new Ridge()],
          ],
        }),
    ).toThrow("Pipeline: 'a' must transform, received the regressor Ridge");
    expect(
      () =>
        new Pipeline({
          steps: [
            ["a", new StandardScaler()],
            ["a", new Ridge()],
          ],
        }),
    ).toThrow(ParamError);
    expect(() => new Pipeline({ steps: [["a.b", new Ridge()]] })).toThrow("must be a name without dots");
    expect(() => new Pipeline({ steps: [] as never })).toThrow("Pipeline: steps must have a length >= 1");
  });

  test("hands validation data, transformed by the fitted steps, to the last step", async () => {
    const seen: Dataset[] = [];
    const pipeline = new Pipeline({
      steps: [
        ["scale", new StandardScaler()],
        ["spy", new ValidationSpy(seen)],
      ],
    });
    const train = regressionData(30);
    const validation = regressionData(10, 2);
    await pipeline.fit(train, { validation });
    const scaler = await new StandardScaler().fit(train);
    expect(seen[0].column("a", "numeric").values).toEqual(
      scaler.transform(validation).column("a", "numeric").values,
    );
  });

  test("comes back from an artifact with identical predictions, and from JSON with identical params", async () => {
    const data = regressionData(25);
    const pipeline = scaledRidge();
    const model = await pipeline.fit(data);
    const bytes = await encodeArtifact(model, registry);
    const again = (await decodeArtifact(bytes, registry)) as typeof model;
    expect(again.predict(data)).toEqual(model.predict(data));
    const copy = registry.estimator(JSON.parse(JSON.stringify(pipeline)));
    expect(JSON.stringify(copy)).toBe(JSON.stringify(pipeline));
  });

  test("reports progress of its steps under its name, and stops when aborted", async () => {
    const events: ProgressEvent[] = [];
    await scaledRidge().fit(regressionData(20), { onProgress: (event) => events.push(event) });
    expect(events.some(({ owner }) => owner === "Pipeline.model")).toBe(true);
    expect(events.filter(({ owner }) => owner === "Pipeline").at(-1)).toMatchObject({ done: 2, total: 2 });
    const controller = new AbortController();
    const fit = scaledRidge().fit(regressionData(20), {
      signal: controller.signal,
      onProgress: ({ owner }) => owner === "Pipeline.scale" && controller.abort(new Error("enough")),
    });
    await expect(fit).rejects.toThrow("enough");
  });
});

const noParams = z.strictObject({});

class ValidationSpy extends Estimator<typeof noParams, SpyModel, LabelledDataset> {
  readonly type = "test/spy";
  readonly tags = {
    kind: "regressor",
    accepts: ["numeric"],
    target: "required",
    missing: false,
    sampleWeight: false,
  } as const;

  constructor(private readonly seen: Dataset[]) {
    super(noParams, {});
  }

  async fit(data: LabelledDataset, options: FitOptions<LabelledDataset> = {}): Promise<SpyModel> {
    if (options.validation) this.seen.push(options.validation);
    return new SpyModel(this, data.featureSchema);
  }
}

class SpyModel extends Model<ValidationSpy> {}
