import { type Dataset, Matrix } from "@strata-ml/core";
import { currentBackend } from "../backend/select-backend.js";
import { dispose, type Tensor } from "../backend/tensors.js";
import type { Network } from "../network/network.js";
import type { FeatureEncoder } from "../preprocessing/feature-encoder.js";
import { forward, forwardFrom, rowLosses } from "../training/forward.js";
import type { RowLoss } from "../training/losses/row-loss.js";
import type { TrainingHistory } from "../training/progress.js";

/** A trained network with its fitted preprocessing, as plain arrays: tensors live only within a call. */
export class FittedNetwork {
  constructor(
    readonly encoder: FeatureEncoder,
    readonly network: Network,
    /** All weights as one vector, in the order of the network's layout. */
    readonly weights: Float32Array,
    /** Added to the network's outputs. */
    readonly offset: Float32Array,
    /** Measures of every epoch of the fit. */
    readonly history: TrainingHistory,
  ) {}

  /** The network's outputs before any sigmoid or softmax, or a named layer's values: rows x width. `data` is aligned. */
  async run(owner: string, data: Dataset, layer?: string): Promise<Matrix> {
    const { network, offset } = this;
    // Before the backend starts: a wrong name or bad data should cost nothing.
    const width = layer === undefined ? offset.length : network.widthOf(owner, layer);
    const encoded = await this.encoder.encode(owner, data);
    const options = { owner, offset, ...(layer !== undefined && { layer }) };
    const values = await this.withWeights((tensors) => forward(network, tensors, encoded, options));
    return new Matrix(data.rows, width, values);
  }

  /** The network's outputs from values of a named layer, rows x its width. */
  async runFrom(owner: string, layer: string, given: Matrix): Promise<Matrix> {
    const { network, offset } = this;
    const values = await this.withWeights((tensors) =>
      forwardFrom(network, tensors, layer, given, { owner, offset }),
    );
    return new Matrix(given.rows, offset.length, values);
  }

  /** The loss of every row, with what layers add to it; `data` is aligned. */
  async losses(
    owner: string,
    data: Dataset,
    targets: Float32Array,
    loss: RowLoss,
    breathe: () => Promise<void> = async () => {},
  ): Promise<Float32Array> {
    const { network, offset } = this;
    const encoded = await this.encoder.encode(owner, data);
    return this.withWeights((tensors) =>
      rowLosses(network, tensors, { encoded, targets }, loss, { owner, offset, breathe }),
    );
  }

  /** Calls `use` with the weights as tensors, which live no longer. */
  private async withWeights<T>(use: (weights: ReadonlyMap<string, Tensor>) => Promise<T>): Promise<T> {
    await currentBackend();
    const tensors = this.network.layout.upload(this.weights);
    try {
      return await use(tensors);
    } finally {
      dispose([...tensors.values()]);
    }
  }
}
