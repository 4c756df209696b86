import {
  type AnyEstimator,
  type Classifies,
  DataError,
  Dataset,
  type DatasetSchema,
  type Decides,
  Matrix,
  Random,
  type ScoresSamples,
  type Transforms,
} from "@strata-ml/core";
import type { RowLoss } from "../../training/losses/row-loss.js";
import type { FittedNetwork } from "../fitted-network.js";
import { NetworkModel } from "../network-model.js";
import { latentLayer } from "./autoencoder-network.js";
import type { Reconstruction } from "./reconstruction.js";

/** What the models of both autoencoders answer. */
export abstract class AutoencoderModel<E extends AnyEstimator>
  extends NetworkModel<E>
  implements Transforms, ScoresSamples, Classifies, Decides
{
  /** Outliers and usual rows. */
  readonly classes: readonly number[] = [-1, 1];

  constructor(
    estimator: E,
    features: DatasetSchema,
    fitted: FittedNetwork,
    private readonly reconstruction: Reconstruction,
    private readonly loss: RowLoss,
    /** Rows of a lower score are outliers. */
    readonly offset: number,
  ) {
    super(estimator, features, fitted);
  }

  /** How usual each row is: less its loss, as in validation; 0 is a row that is made again as it was. */
  async scoreSamples(data: Dataset): Promise<Float64Array> {
    const aligned = this.aligned(data);
    const targets = this.reconstruction.targetsOf(this.owner, aligned);
    return Float64Array.from(
      await this.fitted.losses(this.owner, aligned, targets, this.loss),
      (loss) => -loss,
    );
  }

  /** The scores less {@link offset}: negative for outliers. */
  async decisionFunction(data: Dataset): Promise<Matrix> {
    const scores = await this.scoreSamples(data);
    return new Matrix(
      scores.length,
      1,
      scores.map((score) => score - this.offset),
    );
  }

  /** -1 for outliers, 1 for other rows. */
  async predict(data: Dataset): Promise<number[]> {
    return Array.from((await this.decisionFunction(data)).data, (score) => (score < 0 ? -1 : 1));
  }

  /** Rows x units of a layer; without a name those that `transform` gives. */
  override async embed(
    data: Dataset,
    { layer = latentLayer }: { readonly layer?: string } = {},
  ): Promise<Matrix> {
    return this.run(data, layer);
  }

  /** The features replaced by the block `latent`. */
  async transform(data: Dataset): Promise<Dataset> {
    const { data: values, columns } = await this.run(data, latentLayer);
    const names = Array.from({ length: columns }, (_, k) => `latent${k}`);
    return data.withFeatures({ [latentLayer]: { kind: "tensor", values, shape: [columns], names } });
  }

  /** The original features from the block `latent`, as near as the decoder brings them. */
  async inverseTransform(data: Dataset): Promise<Dataset> {
    const { values, shape } = data.column(latentLayer, "tensor");
    const units = this.fitted.network.widthOf(this.owner, latentLayer);
    if (shape.length !== 1 || shape[0] !== units)
      throw new DataError(
        this.owner,
        `column '${latentLayer}' must be of shape ${units}, received ${shape.join(" x ")}`,
      );
    const bad = values.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0)
      throw new DataError(
        this.owner,
        `column '${latentLayer}' must be finite, received ${values[bad]} at row ${Math.floor(bad / units)}`,
      );
    const latent = new Matrix(data.rows, units, Float64Array.from(values));
    return data.withFeatures(
      this.reconstruction.columnsOf(await this.fitted.runFrom(this.owner, latentLayer, latent)),
    );
  }

  /** The features as the network makes them again. */
  async reconstruct(data: Dataset): Promise<Dataset> {
    return this.inverseTransform(await this.transform(data));
  }

  /** What the decoder makes of points drawn from the standard normal distribution. */
  protected async decoded(rows: number, seed: number): Promise<Dataset> {
    const random = new Random(seed);
    const units = this.fitted.network.widthOf(this.owner, latentLayer);
    const latent = new Matrix(
      rows,
      units,
      Float64Array.from({ length: rows * units }, () => random.normal()),
    );
    return Dataset.create(
      this.reconstruction.columnsOf(await this.fitted.runFrom(this.owner, latentLayer, latent)),
    );
  }
}
