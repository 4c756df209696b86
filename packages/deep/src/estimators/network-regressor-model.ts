import { type AnyEstimator, type Dataset, type DatasetSchema, Matrix, type Regresses } from "@strata-ml/core";
import type { FittedNetwork } from "./fitted-network.js";
import { NetworkModel } from "./network-model.js";
import { requireOneOutput } from "./output-classes.js";
import type { TargetScaling } from "./target-scaling.js";

/** What a network that predicts numbers answers, of one output or several. */
export abstract class NetworkRegressorModel<E extends AnyEstimator>
  extends NetworkModel<E>
  implements Regresses
{
  constructor(
    estimator: E,
    features: DatasetSchema,
    fitted: FittedNetwork,
    /** Mean and standard deviation of the target, by output. */
    readonly scaling: TargetScaling,
  ) {
    super(estimator, features, fitted);
  }

  /** A number a row. Throws NotSupportedError for a target of several outputs: see `predictOutputs`. */
  async predict(data: Dataset): Promise<Float64Array> {
    requireOneOutput(this.owner, this.scaling.outputs, "predict", "predictOutputs");
    return (await this.predictOutputs(data)).data;
  }

  /** Rows x outputs: what `predict` gives, of each output. */
  async predictOutputs(data: Dataset): Promise<Matrix> {
    const out = await this.run(data);
    return new Matrix(out.rows, out.columns, this.scaling.undo(out.data));
  }
}
