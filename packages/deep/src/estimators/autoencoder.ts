import { type Dataset, defineCodec, Estimator, type EstimatorTags, type Updates } from "@strata-ml/core";
import { z } from "zod";
import { div } from "../backend/tensors.js";
import { AutoencoderModel as BaseModel } from "./autoencoder/autoencoder-model.js";
import { autoencoderNetwork } from "./autoencoder/autoencoder-network.js";
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

const params = z.strictObject(autoencoderShape);

/**
 * An autoencoder over numbers and categories: a network squeezes each row into a few numbers and makes the row of them again.
 * It learns what rows have in common, so that a row which comes out badly is an outlier: `scoreSamples`, and `predict` by
 * `contamination`, as IsolationForest's. `transform` gives the few numbers, `inverseTransform` what they stand for.
 *
 * The loss is the mean over features of the squared error of standardised numbers and the cross entropy of categories.
 * Missing numbers count for nothing in it; a missing category is a category, and so is one that fit did not see. Images are
 * blocks of numbers. With `noise` it is a denoising autoencoder (Vincent and others 2008).
 *
 * @throws DataError for other columns, infinite numbers and numbers above 1e140, StrataError for a loss that is not finite.
 * @see Hinton and Salakhutdinov: Reducing the dimensionality of data with neural networks (2006)
 * @example
 * const x = Array.from({ length: 200 }, (_, i) => Math.sin(i));
 * const data = fromColumns({ x, y: x.map((value) => 2 * value) });
 * const model = await new Autoencoder({ latentUnits: 1, epochs: 100, learningRate: 0.01 }).fit(data);
 * await model.predict(fromColumns({ x: [0.5, 0.5], y: [1, -6] })); // [1, -1]
 */
export class Autoencoder
  extends Estimator<typeof params, AutoencoderModel>
  implements Updates<AutoencoderModel>
{
  readonly type = "deep/autoencoder";
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

  async fit(data: Dataset, options: NetworkFitOptions<Dataset> = {}): Promise<AutoencoderModel> {
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
    model: AutoencoderModel,
    data: Dataset,
    options: NetworkFitOptions<Dataset> = {},
  ): Promise<AutoencoderModel> {
    requireSameParams(this.owner, this.params, model.estimator.params, autoencoderShapeNames);
    return this.train(data, options, model);
  }

  private async train(
    data: Dataset,
    options: NetworkFitOptions<Dataset>,
    start?: AutoencoderModel,
  ): Promise<AutoencoderModel> {
    const made = await fitAutoencoder(designOf(this), data, options, start);
    const features = start?.features ?? data.featureSchema;
    return new AutoencoderModel(this, features, made.fitted, made.reconstruction, made.loss, made.offset);
  }
}

function designOf({ owner, params: given }: Autoencoder): AutoencoderDesign {
  return {
    owner,
    params: given,
    definition: autoencoderNetwork(given),
    lossOf: (reconstruction) => (outputs, targets) =>
      div(reconstruction.errors(outputs, targets, 1), reconstruction.numbers + reconstruction.categories),
  };
}

export class AutoencoderModel extends BaseModel<Autoencoder> {}

export const autoencoderCodec = defineCodec({
  type: "deep/autoencoder",
  state: autoencoderState,
  estimator: (input) => new Autoencoder(input),
  encode: ({ fitted, offset }: AutoencoderModel) => encodeAutoencoder(fitted, offset),
  decode: ({ estimator, ...parts }) => {
    const { fitted, reconstruction, loss, offset } = decodeAutoencoder(designOf(estimator), parts);
    return new AutoencoderModel(estimator, parts.features, fitted, reconstruction, loss, offset);
  },
});
