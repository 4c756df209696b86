import {
  type Dataset,
  type DatasetSchema,
  type Label,
  Matrix,
  type PredictsTasks,
  requireDataset,
  sampleWeights,
} from "@strata-ml/core";
import { plannedLoss } from "../training/losses/loss-plan.js";
import { type EvaluationData, type EvaluationResult, evaluateNetwork } from "./evaluate-network.js";
import { learningRows } from "./fit-heads.js";
import type { FittedNetwork } from "./fitted-network.js";
import { weightedRows } from "./learning-rows.js";
import { headLoss, type HeadState, headWidth } from "./multi-task-heads.js";
import { evaluatedMetrics, headMeasures, type MultiTaskEvaluateOptions } from "./multi-task-metrics.js";
import { NetworkModel } from "./network-model.js";
import type { NeuralMultiTask } from "./neural-multi-task.js";
import { OutputClasses } from "./output-classes.js";

export class NeuralMultiTaskModel extends NetworkModel<NeuralMultiTask> implements PredictsTasks {
  constructor(
    estimator: NeuralMultiTask,
    features: DatasetSchema,
    /** What is predicted, in the order of the heads: classes, or mean and scale of a number. */
    readonly heads: readonly HeadState[],
    fitted: FittedNetwork,
  ) {
    super(estimator, features, fitted);
  }

  /** By head: the likeliest class of each row, or a number. */
  async predict(data: Dataset): Promise<Readonly<Record<string, Label[] | Float64Array>>> {
    return this.byHead(await this.run(data), (head, own) => {
      if (head.kind === "regression") return own.data.map((value) => value * head.scale + head.mean);
      const [shares] = new OutputClasses([head.classes]).probabilities(own);
      return Array.from({ length: own.rows }, (_, i) => {
        const row = shares.row(i);
        return head.classes[row.indexOf(Math.max(...row))];
      });
    });
  }

  /** By head that is a classification: rows x classes, every row sums to 1. */
  async predictProba(data: Dataset): Promise<Readonly<Record<string, Matrix>>> {
    return this.byHead(await this.run(data), (head, own) =>
      head.kind === "classification" ? new OutputClasses([head.classes]).probabilities(own)[0] : undefined,
    );
  }

  /**
   * The weighted sum of the heads' mean losses and their metrics by `head.key`, by the weights of the rows; classes weigh the
   * same here, numbers are standardised in losses and as they are in metrics. A data set, or parts of one that are read one
   * after the other, of any length in all.
   *
   * @throws DataError for rows and targets that the model can't take; ParamError for a metric that is none or of no head.
   * @example
   * const data = fromColumns({ x: [1, 2, 8, 9], y: [0, 0, 1, 1], amount: [5, 6, 40, 42] }, { target: "y" });
   * const heads = { y: { kind: "classification" }, amount: { kind: "regression" } } as const;
   * const model = await new NeuralMultiTask({ heads, epochs: 5 }).fit(data);
   * await model.evaluate(data, { metrics: { y: ["auc"], amount: ["r2Score"] } }); // { "y.auc": ..., "amount.r2Score": ..., loss: ... }
   */
  async evaluate(
    data: EvaluationData<Dataset>,
    options: MultiTaskEvaluateOptions = {},
  ): Promise<EvaluationResult> {
    const { owner, features, heads, estimator } = this;
    const { params } = estimator;
    const losses = heads.map((state) => headLoss(state, params.heads[state.name]));
    const metrics = evaluatedMetrics(owner, options, params.heads);
    return evaluateNetwork(this.fitted, data, {
      owner,
      features,
      loss: plannedLoss(owner, { kind: "heads", heads: losses }, estimator.options.losses),
      measures: headMeasures(owner, heads, metrics, "validationLoss"),
      rowsOf: (part) => {
        const plain = this.withoutHeads(part);
        return learningRows(owner, weightedRows(plain, sampleWeights(owner, plain)), heads, "the data");
      },
    });
  }

  /** The features of fit; columns of heads may be there, whatever their roles. */
  protected override aligned(data: Dataset): Dataset {
    return super.aligned(this.withoutHeads(data));
  }

  private withoutHeads(data: Dataset): Dataset {
    return withoutRoles(
      this.owner,
      data,
      this.heads.map(({ name }) => name),
    );
  }

  private byHead<T>(
    all: Matrix,
    of: (head: HeadState, own: Matrix) => T | undefined,
  ): Readonly<Record<string, T>> {
    let from = 0;
    const entries = this.heads.flatMap((head) => {
      const own = new Matrix(all.rows, headWidth(head));
      for (let i = 0; i < all.rows; i++) own.row(i).set(all.row(i).subarray(from, from + own.columns));
      from += own.columns;
      const value = of(head, own);
      return value === undefined ? [] : [[head.name, value] as const];
    });
    return Object.fromEntries(entries);
  }
}

/** The rows with these columns neither features nor target. */
export function withoutRoles(owner: string, data: Dataset, names: readonly string[]): Dataset {
  requireDataset(owner, data);
  return names.reduce((rows, name) => (rows.has(name) ? rows.withRole(name, "id") : rows), data);
}
