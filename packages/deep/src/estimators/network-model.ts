import {
  type AnyEstimator,
  alignFeatures,
  type Dataset,
  type DatasetSchema,
  type Embeds,
  type Matrix,
  Model,
} from "@strata-ml/core";
import type { NetworkSummary } from "../network/network-summary.js";
import type { TrainingHistory } from "../training/progress.js";
import type { FittedNetwork } from "./fitted-network.js";
import { type Disposes, PreparedNetwork } from "./prepared-network.js";

/** What every model that holds a trained network answers. */
export abstract class NetworkModel<E extends AnyEstimator> extends Model<E> implements Embeds {
  constructor(
    estimator: E,
    features: DatasetSchema,
    readonly fitted: FittedNetwork,
  ) {
    super(estimator, features);
  }

  /**
   * The same model made ready for many predictions of few rows, such as one a request: its weights stay on the backend, and what
   * a shape of inputs takes is worked out once. Call `dispose` when it is done; it then predicts as this model does.
   */
  async prepare(): Promise<this & Disposes> {
    const network = await PreparedNetwork.of(this.fitted);
    // The same in all but the network.
    const model = Object.create(Object.getPrototypeOf(this) as object) as this;
    return Object.assign(model, this, { fitted: network, dispose: () => network.dispose() });
  }

  /** The network's layers, their shapes and weights: a table where it is made a string. */
  summary(): NetworkSummary {
    return this.fitted.network.summary();
  }

  /** Losses, metrics and learning rate of every epoch of the fit. */
  get history(): TrainingHistory {
    return this.fitted.history;
  }

  /** Names of the network's layers that give one vector a row. */
  get layers(): readonly string[] {
    return this.fitted.network.layers;
  }

  /** Rows x units of a layer; without a name that of the last hidden layer, called `embedding` in the default network. */
  async embed(data: Dataset, { layer }: { readonly layer?: string } = {}): Promise<Matrix> {
    return this.run(data, layer ?? this.fitted.network.embeddingLayer);
  }

  /** The network's outputs, or a layer's, for rows of a dataset that has the features of fit. */
  protected async run(data: Dataset, layer?: string): Promise<Matrix> {
    return this.fitted.run(this.owner, this.aligned(data), layer);
  }

  protected aligned(data: Dataset): Dataset {
    return alignFeatures(this.owner, this.features, data);
  }
}
