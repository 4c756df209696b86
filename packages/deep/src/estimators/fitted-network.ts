import { type Dataset, Matrix } from "@strata-ml/core";
import { currentBackend } from "../backend/select-backend.js";
import { dispose } from "../backend/tensors.js";
import type { Network } from "../network/network.js";
import type { FeatureEncoder } from "../preprocessing/feature-encoder.js";
import { forward } from "../training/forward.js";
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
    await currentBackend();
    const tensors = network.layout.upload(this.weights);
    try {
      const values = await forward(network, tensors, encoded, {
        owner,
        offset,
        ...(layer !== undefined && { layer }),
      });
      return new Matrix(data.rows, width, values);
    } finally {
      dispose([...tensors.values()]);
    }
  }
}
