import type {
  AnyEstimator,
  Classifies,
  Dataset,
  DatasetSchema,
  Decides,
  Label,
  Matrix,
  PredictsProbability,
} from "@strata-ml/core";
import type { FittedNetwork } from "./fitted-network.js";
import { NetworkModel } from "./network-model.js";
import type { OutputClasses } from "./output-classes.js";

/** What a network that classifies answers, of one output or several. */
export abstract class NetworkClassifierModel<E extends AnyEstimator>
  extends NetworkModel<E>
  implements Classifies, PredictsProbability, Decides
{
  constructor(
    estimator: E,
    features: DatasetSchema,
    /** The classes by output, and where their logits lie. */
    readonly lists: OutputClasses,
    fitted: FittedNetwork,
  ) {
    super(estimator, features, fitted);
  }

  /** The classes; throws NotSupportedError for a target of several outputs, which have `outputClasses`. */
  get classes(): readonly Label[] {
    return this.lists.single(this.owner, "classes", "outputClasses");
  }

  /** The classes of each output: one list, or as many as a target that is a tensor has numbers. */
  get outputClasses(): readonly (readonly Label[])[] {
    return this.lists.each;
  }

  /**
   * Rows x 1 log odds of the second class for two classes, else rows x classes logits. Throws NotSupportedError for a target
   * of several outputs: see `predictProbaOutputs`.
   */
  async decisionFunction(data: Dataset): Promise<Matrix> {
    this.lists.single(this.owner, "decisionFunction", "predictProbaOutputs");
    return this.run(data);
  }

  /** Rows x classes. Throws NotSupportedError for a target of several outputs: see `predictProbaOutputs`. */
  async predictProba(data: Dataset): Promise<Matrix> {
    this.lists.single(this.owner, "predictProba", "predictProbaOutputs");
    return (await this.predictProbaOutputs(data))[0];
  }

  /** The most likely class. Throws NotSupportedError for a target of several outputs: see `predictOutputs`. */
  async predict(data: Dataset): Promise<Label[]> {
    const classes = this.lists.single(this.owner, "predict", "predictOutputs");
    return Array.from(this.lists.places(await this.run(data), 0), (place) => classes[place]);
  }

  /** Rows x outputs: of each output the most likely class. Throws NotSupportedError for classes that are strings. */
  async predictOutputs(data: Dataset): Promise<Matrix> {
    return this.lists.labels(this.owner, await this.run(data));
  }

  /** Of each output the probabilities, rows x its classes. */
  async predictProbaOutputs(data: Dataset): Promise<Matrix[]> {
    return this.lists.probabilities(await this.run(data));
  }
}
