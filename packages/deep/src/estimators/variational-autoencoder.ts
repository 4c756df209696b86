import {
  describe,
  type Dataset,
  defineCodec,
  Estimator,
  type EstimatorTags,
  ParamError,
  type Updates,
} from "@strata-ml/core";
import { z } from "zod";
import { AutoencoderModel as BaseModel } from "./autoencoder/autoencoder-model.js";
import { variationalNetwork } from "./autoencoder/autoencoder-network.js";
import { autoencoderShape } from "./autoencoder/autoencoder-params.js";
import {
  type AutoencoderDesign,
  autoencoderShapeNames,
  autoencoderKinds,
  autoencoderState,
  decodeAutoencoder,
  encodeAutoencoder,
  fitAutoencoder,
} from "./autoencoder/fit-autoencoder.js";
import { requireSameParams } from "./require-same-network.js";
import type { NetworkFitOptions } from "./network-fit-options.js";

const params = z.strictObject({
  ...autoencoderShape,
  beta: z
    .number()
    .min(0)
    .default(1)
    .describe("How much the distance from the standard normal distribution counts (Higgins and others 2017)"),
});

/**
 * A variational autoencoder over numbers and categories: rows become normal distributions over a few numbers, near the
 * standard one, so that `sample` can draw new rows. Otherwise as {@link Autoencoder}.
 *
 * What is minimised is less the evidence lower bound, but for a constant: half the squared errors of standardised numbers,
 * which counts them as normal of variance 1, and the cross entropies of categories, summed over features, plus `beta` times
 * the divergence of the row's distribution from the standard one. Noise is drawn by `seed`. Scores are less that loss, and
 * `transform` and scores take the distribution at its mean.
 *
 * @throws DataError for other columns, infinite numbers and numbers above 1e140, StrataError for a loss that is not finite.
 * @see Kingma and Welling: Auto-encoding variational Bayes (2014)
 * @example
 * const x = Array.from({ length: 200 }, (_, i) => Math.sin(i));
 * const data = fromColumns({ x, y: x.map((value) => 2 * value) });
 * const model = await new VariationalAutoencoder({ latentUnits: 2, epochs: 100, learningRate: 0.01 }).fit(data);
 * await model.sample(5, { seed: 1 }); // 5 new rows of x and y
 */
export class VariationalAutoencoder
  extends Estimator<typeof params, VariationalAutoencoderModel>
  implements Updates<VariationalAutoencoderModel>
{
  readonly type = "deep/variational-autoencoder";
  readonly tags: EstimatorTags = {
    kind: "outlierDetector",
    accepts: autoencoderKinds,
    target: "none",
    missing: true,
    sampleWeight: true,
  };

  constructor(input?: z.input<typeof params>) {
    super(params, input);
  }

  async fit(data: Dataset, options: NetworkFitOptions<Dataset> = {}): Promise<VariationalAutoencoderModel> {
    return this.train(data, options);
  }

  /**
   * Goes on training a model: up to `epochs` more over these rows, from its weights and with its preprocessing as it is. The
   * optimizer begins anew, and `contamination` is of these rows.
   *
   * @throws DataError as fit does, and for rows that lack a feature of the model; ParamError where params that shape the network
   * are not the model's.
   */
  async update(
    model: VariationalAutoencoderModel,
    data: Dataset,
    options: NetworkFitOptions<Dataset> = {},
  ): Promise<VariationalAutoencoderModel> {
    requireSameParams(this.owner, this.params, model.estimator.params, autoencoderShapeNames);
    return this.train(data, options, model);
  }

  private async train(
    data: Dataset,
    options: NetworkFitOptions<Dataset>,
    start?: VariationalAutoencoderModel,
  ): Promise<VariationalAutoencoderModel> {
    const made = await fitAutoencoder(designOf(this), data, options, start);
    const features = start?.features ?? data.featureSchema;
    return new VariationalAutoencoderModel(
      this,
      features,
      made.fitted,
      made.reconstruction,
      made.loss,
      made.offset,
    );
  }
}

function designOf({ owner, params: given }: VariationalAutoencoder): AutoencoderDesign {
  return {
    owner,
    params: given,
    definition: variationalNetwork(given),
    lossOf: (reconstruction) => (outputs, targets) => reconstruction.errors(outputs, targets, 0.5),
  };
}

export class VariationalAutoencoderModel extends BaseModel<VariationalAutoencoder> {
  /**
   * New rows: what the decoder makes of points of the standard normal distribution.
   *
   * @param rows how many, a whole number >= 0
   * @throws ParamError for a number of rows that is none.
   */
  async sample(rows: number, { seed = 0 }: { readonly seed?: number } = {}): Promise<Dataset> {
    if (!Number.isInteger(rows) || rows < 0)
      throw new ParamError(
        this.owner,
        `sample: rows must be a whole number >= 0, received ${describe(rows)}`,
      );
    return this.decoded(rows, seed);
  }
}

export const variationalAutoencoderCodec = defineCodec({
  type: "deep/variational-autoencoder",
  state: autoencoderState,
  estimator: (input) => new VariationalAutoencoder(input),
  encode: ({ fitted, offset }: VariationalAutoencoderModel) => encodeAutoencoder(fitted, offset),
  decode: ({ estimator, ...parts }) => {
    const { fitted, reconstruction, loss, offset } = decodeAutoencoder(designOf(estimator), parts);
    return new VariationalAutoencoderModel(estimator, parts.features, fitted, reconstruction, loss, offset);
  },
});
