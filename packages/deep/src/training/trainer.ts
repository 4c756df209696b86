import { type FitRun, Random, StrataError } from "@strata-ml/core";
import { dispose } from "../backend/tensors.js";
import type { Network } from "../network/network.js";
import { BestWeights } from "./best-weights.js";
import type { EpochSampler } from "./epoch-sampler.js";
import { meanLoss } from "./mean-loss.js";
import { type PlateauState, plateauStart, plateauStep } from "./plateau.js";
import { type RatePlan, rateAt } from "./schedules.js";
import { type StepSettings, trainStep } from "./train-step.js";
import { batchOf, type TrainingRows } from "./training-rows.js";
import { disposeState, readWeights, startState, type TrainingState } from "./training-state.js";

export interface TrainingPlan {
  readonly network: Network;
  readonly train: TrainingRows;
  readonly validation: TrainingRows | undefined;
  readonly sampler: EpochSampler;
  readonly step: StepSettings;
  /** Added to outputs in validation and prediction: where an epoch samples its rows, other than the one of `step`. */
  readonly offset: Float32Array;
  readonly epochs: number;
  /** Rows of a part of a step, */
  readonly batchSize: number;
  /** and parts of a step. */
  readonly accumulationSteps: number;
  readonly rate: Omit<RatePlan, "totalSteps">;
  /** Epochs without a lower validation loss after which training ends; null never ends early. */
  readonly patience: number | null;
  readonly seed: number;
}

/**
 * Trains a network's weights from their first values. The same plan gives the same weights, bit for bit. With
 * validation rows and patience it gives the weights of the epoch whose validation loss was lowest.
 *
 * @throws StrataError for a loss that is not finite, naming the step; rejects as the run does when aborted.
 */
export async function trainWeights(plan: TrainingPlan, run: FitRun): Promise<Float32Array> {
  const trainer = new Trainer(plan, run);
  try {
    return await trainer.train();
  } finally {
    trainer.dispose();
  }
}

class Trainer {
  private state: TrainingState;
  private steps = 0;
  private plateau: PlateauState;
  private readonly best: BestWeights;
  private readonly random: Random;

  constructor(
    private readonly plan: TrainingPlan,
    private readonly run: FitRun,
  ) {
    const { layout } = plan.network;
    this.state = startState(layout, layout.initial(plan.seed), plan.step.optimizer);
    this.plateau = plateauStart(plan.rate.learningRate);
    this.best = new BestWeights(plan.patience);
    this.random = new Random(plan.seed);
  }

  async train(): Promise<Float32Array> {
    const { epochs, validation } = this.plan;
    for (let epoch = 1; epoch <= epochs; epoch++) {
      const loss = await this.epoch(epoch);
      const weights = readWeights(this.plan.network.layout, this.state);
      const validationLoss = validation && (await this.validationLoss(validation, weights));
      const learningRate = this.learningRate(this.steps - 1);
      this.judge(validationLoss ?? loss);
      const ended = validationLoss !== undefined && this.best.offer(validationLoss, weights);
      if (ended) await this.run.step("batch", this.steps, this.steps);
      await this.run.step("epoch", epoch, ended ? epoch : epochs, {
        loss,
        learningRate,
        ...(validationLoss !== undefined && { validationLoss }),
      });
      if (ended) break;
    }
    const weights = this.best.weights ?? readWeights(this.plan.network.layout, this.state);
    if (!weights.every(Number.isFinite)) throw this.diverged("weights", Number.NaN);
    return weights;
  }

  dispose(): void {
    disposeState(this.state);
  }

  /** Steps of an epoch. */
  private get stepsAnEpoch(): number {
    const { sampler, batchSize, accumulationSteps } = this.plan;
    return Math.ceil(sampler.size / (batchSize * accumulationSteps));
  }

  /** One pass over the epoch's rows; gives their mean loss. */
  private async epoch(epoch: number): Promise<number> {
    const { sampler, batchSize, accumulationSteps, epochs } = this.plan;
    const order = sampler.rowsOf(this.random.fork(`epoch/${epoch}`));
    const taken = batchSize * accumulationSteps;
    const total = this.stepsAnEpoch * epochs;
    let sum = 0;
    for (let from = 0; from < order.length; from += taken) {
      const rows = order.subarray(from, from + taken);
      const loss = await this.step(rows);
      if (!Number.isFinite(loss)) throw this.diverged("loss", loss);
      sum += loss * rows.length;
      await this.run.step("batch", this.steps, total, { loss });
    }
    return sum / order.length;
  }

  private async step(rows: Int32Array): Promise<number> {
    const { network, step, train, batchSize } = this.plan;
    const parts = Array.from({ length: Math.ceil(rows.length / batchSize) }, (_, part) =>
      rows.subarray(part * batchSize, (part + 1) * batchSize),
    );
    const learningRate = this.learningRate(this.steps);
    const at = ++this.steps;
    const { state, loss } = trainStep(network, step, this.state, {
      batches: parts.map((part) => batchOf(train, part)),
      learningRate,
      random: (layer, part) => this.random.fork(`step/${part === 0 ? at : `${at}.${part}`}/${layer}`),
    });
    disposeState(this.state, state);
    this.state = state;
    try {
      return (await loss.data())[0];
    } finally {
      loss.dispose();
    }
  }

  /** The rate of a step, from 0. */
  private learningRate(step: number): number {
    const { rate, epochs } = this.plan;
    const totalSteps = this.stepsAnEpoch * epochs;
    return rateAt({ ...rate, learningRate: this.plateau.rate, totalSteps }, step);
  }

  /** Lowers the rate where a schedule asks for it after an epoch of this loss. */
  private judge(loss: number): void {
    const { schedule } = this.plan.rate;
    if (schedule?.name === "reduceOnPlateau") this.plateau = plateauStep(schedule, this.plateau, loss);
  }

  private async validationLoss(rows: TrainingRows, weights: Float32Array): Promise<number> {
    const { network, step, offset } = this.plan;
    const tensors = network.layout.upload(weights);
    try {
      const loss = await meanLoss(network, tensors, rows, step.loss, {
        owner: this.run.owner,
        offset,
        run: this.run,
      });
      if (!Number.isFinite(loss)) throw this.diverged("validation loss", loss);
      return loss;
    } finally {
      dispose([...tensors.values()]);
    }
  }

  private diverged(what: string, value: number): StrataError {
    return new StrataError(
      this.run.owner,
      `the ${what} must stay finite, received ${value} at step ${this.steps}: lower learningRate or clipNorm`,
    );
  }
}
