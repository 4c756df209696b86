import {
  alignFeatures,
  type Dataset,
  defineCodec,
  Estimator,
  type EstimatorTags,
  type FitOptions,
  FitRun,
  Model,
  requireKinds,
  requireRows,
  type Transforms,
} from "@strata-ml/core";
import { z } from "zod";

const params = z.strictObject({});

/**
 * Leaves features as they are: in a `ColumnTransformer` it picks columns, in a `FeatureUnion` it keeps them beside others.
 *
 * @example
 * new ColumnTransformer({ transformers: [["kept", new Passthrough(), { kinds: ["numeric"] }]], verboseFeatureNames: false });
 */
export class Passthrough extends Estimator<typeof params, PassthroughModel> {
  readonly type = "classical/passthrough";
  readonly tags: EstimatorTags = {
    kind: "transformer",
    accepts: ["numeric", "categorical", "text", "sequence", "tensor", "sparse", "timestamp"],
    target: "none",
    missing: true,
    sampleWeight: false,
  };

  constructor(input?: z.input<typeof params>) {
    super(params, input);
  }

  async fit(data: Dataset, options: FitOptions = {}): Promise<PassthroughModel> {
    const run = new FitRun(this.owner, options);
    requireRows(this.owner, data);
    requireKinds(this.owner, data, this.tags.accepts);
    await run.step("fit", 1, 1);
    return new PassthroughModel(this, data.featureSchema);
  }
}

export class PassthroughModel extends Model<Passthrough> implements Transforms {
  /** The same features, in the order of fit. */
  transform(data: Dataset): Dataset {
    alignFeatures(this.owner, this.features, data);
    return data.selectFeatures(this.features.map(({ name }) => name));
  }
}

export const passthroughCodec = defineCodec<PassthroughModel, Passthrough, null>({
  type: "classical/passthrough",
  state: z.null(),
  estimator: (input) => new Passthrough(input),
  encode: () => ({ state: null }),
  decode: ({ estimator, features }) => new PassthroughModel(estimator, features),
});
