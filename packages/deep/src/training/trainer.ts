import { type FitRun, Random, StrataError } from "@strata-ml/core";
import { type Measures, monitoredCost } from "../metrics/measures.js";
import type { Network } from "../network/network.js";
import type { Replicas } from "../parallel/replicas.js";
import { BestWeights } from "./best-weights.js";
import { type CheckpointStore, decodeSnapshot, encodeSnapshot, type Snapshot } from "./checkpoint.js";
import type { EpochSource, StepRows } from "./epoch-source.js";
import { type Evaluated, evaluatedRows } from "./evaluation.js";
import { type PlateauState, plateauStart, plateauStep } from "./plateau.js";
import { epochProgress, extendedHistory, noHistory, type TrainingHistory } from "./progress.js";
import { type RatePlan, rateAt } from "./schedules.js";
import { stepRandom } from "./step-random.js";
import { appliedStep, stepGradient, type StepGradient, type StepSettings } from "./train-step.js";
import { batchOf, type TrainingRows } from "./training-rows.js";
import {
  disposeState,
  readSlots,
  readWeights,
  resumedState,
  startState,
  type TrainingState,
} from "./training-state.js";

/** Where the state of a fit is kept, and what names the fit. */
export interface Checkpoint {
  readonly store: CheckpointStore;
  readonly fit: string;
}

export interface TrainingPlan {
  readonly network: Network;
  readonly source: EpochSource;
  readonly validation: TrainingRows | undefined;
  readonly step: StepSettings;
  /** Added to outputs in validation and prediction: where an epoch samples its rows, other than the one of `step`. */
  readonly offset: Float32Array;
  readonly epochs: number;
  /** Rows of a part of a step, */
  readonly batchSize: number;
  /** and parts of a step. */
  readonly accumulationSteps: number;
  readonly rate: Omit<RatePlan, "totalSteps">;
  /** Epochs that are not better in what is monitored after which training ends; null never ends early. */
  readonly patience: number | null;
  /** What is measured of the validation rows besides the loss, and which of it is monitored. */
  readonly measures?: Measures | undefined;
  /** What takes the place of the schedule, and of patience where it says that training ends. */
  readonly rule?: EpochRule | undefined;
  readonly seed: number;
  /** Threads that share each step; undefined makes it on this one. */
  readonly replicas: Replicas | undefined;
  /** Weights that training goes on from, and the history of what made them. */
  readonly start: Trained | undefined;
}

/** Says after every epoch how training goes on; made anew for each fit, and not kept in checkpoints. */
export interface EpochRule {
  /** Learning rate of the steps of the epoch that comes. */
  readonly learningRate: number;
  /** Takes the losses of an epoch; true where training should end. */
  ends(loss: number, validationLoss: number | undefined): boolean;
}

/** What training gives. */
export interface Trained {
  readonly weights: Float32Array;
  readonly history: TrainingHistory;
}

/**
 * Trains a network's weights from their first values, or from the checkpoint that `saved` holds. The same plan gives the
 * same weights, bit for bit, interrupted or not. With validation rows and patience it gives the weights of the epoch that was
 * best in what is monitored: the validation loss, or a metric.
 *
 * @throws StrataError for a loss that is not finite, naming the step; rejects as the run does when aborted.
 */
export async function trainWeights(plan: TrainingPlan, run: FitRun, saved?: Checkpoint): Promise<Trained> {
  const bytes = await saved?.store.read();
  const trainer = new Trainer(plan, run, saved, bytes && decodeSnapshot(run.owner, saved!.fit, bytes));
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
  private history = noHistory;
  private done = 0;
  private ended = false;
  private readonly best: BestWeights;
  private readonly random: Random;
  /** Where the source doesn't know its size 0 in the first epoch, then as before. */
  private stepsAnEpoch: number;

  constructor(
    private readonly plan: TrainingPlan,
    private readonly run: FitRun,
    private readonly saved: Checkpoint | undefined,
    from: Snapshot | undefined,
  ) {
    const { layout } = plan.network;
    this.best = new BestWeights(plan.patience);
    const taken = plan.batchSize * plan.accumulationSteps;
    this.stepsAnEpoch = Math.ceil((plan.source.size ?? 0) / taken);
    const random = new Random(plan.seed);
    // An update must not meet its rows in the order in which the fit did.
    this.random = plan.start ? random.fork(`update/${plan.start.history.loss.length}`) : random;
    this.plateau = plateauStart(plan.rate.learningRate);
    if (from === undefined) {
      const { start } = plan;
      this.state = startState(layout, start?.weights ?? layout.initial(plan.seed), plan.step.optimizer);
      if (start) this.history = start.history;
      return;
    }
    const { progress } = from;
    this.state = resumedState(layout, from.weights, from.slots, progress.steps);
    ({ steps: this.steps, plateau: this.plateau, history: this.history, ended: this.ended } = progress);
    this.done = progress.epoch;
    this.best.state = progress.best;
    this.best.weights = from.best;
  }

  async train(): Promise<Trained> {
    const { epochs, network } = this.plan;
    for (let epoch = this.done + 1; epoch <= epochs && !this.ended; epoch++) {
      const measures = await this.measuredEpoch(epoch);
      const end = this.ended ? epoch : epochs;
      if (this.plan.source.size === undefined) this.stepsAnEpoch = Math.ceil(this.steps / epoch);
      if (this.ended || (epoch === epochs && this.totalSteps !== this.steps))
        await this.run.step("batch", this.steps, this.steps);
      await this.run.step("epoch", epoch, end, measures);
    }
    const weights = this.best.weights ?? (await readWeights(network.layout, this.state));
    if (!weights.every(Number.isFinite)) throw this.diverged("weights", Number.NaN);
    return { weights, history: this.history };
  }

  dispose(): void {
    disposeState(this.state);
  }

  /** One epoch, judged and saved. */
  private async measuredEpoch(epoch: number): Promise<Record<string, number>> {
    const { network, validation } = this.plan;
    const loss = await this.epoch(epoch);
    const weights = await readWeights(network.layout, this.state);
    const judged = validation && (await this.validated(validation, weights));
    const learningRate = this.learningRate(this.steps - 1);
    const cost = judged && monitoredCost(this.plan.measures, judged.loss, judged.metrics);
    this.judge(cost ?? loss);
    this.ended = cost !== undefined && this.best.offer(cost, weights);
    if (this.plan.rule?.ends(loss, judged?.loss)) this.ended = true;
    const measures = { loss, learningRate, validation: judged };
    this.history = extendedHistory(this.history, measures);
    await this.save(epoch, weights);
    return epochProgress(measures);
  }

  private async save(epoch: number, weights: Float32Array): Promise<void> {
    if (this.saved === undefined) return;
    const { steps, ended, plateau, history, best } = this;
    const snapshot = {
      progress: { epoch, steps, ended, best: best.state, plateau, history },
      weights,
      slots: await readSlots(this.state),
      best: best.weights,
    };
    await this.saved.store.write(encodeSnapshot(this.saved.fit, snapshot));
  }

  /** Steps of all epochs; where epochs are of unknown length, as many as there will be if all are like those so far. */
  private get totalSteps(): number {
    return Math.max(this.steps, this.stepsAnEpoch * this.plan.epochs);
  }

  /** One pass over the epoch's rows; gives their mean loss. */
  private async epoch(epoch: number): Promise<number> {
    const { source, batchSize, accumulationSteps } = this.plan;
    let sum = 0;
    let rows = 0;
    const random = this.random.fork(`epoch/${epoch}`);
    for await (const step of source.steps(epoch, random, batchSize * accumulationSteps)) {
      const loss = await this.step(step);
      if (!Number.isFinite(loss)) throw this.diverged("loss", loss);
      sum += loss * step.rows.length;
      rows += step.rows.length;
      await this.run.step("batch", this.steps, this.totalSteps, { loss });
    }
    return sum / rows;
  }

  private async step({ source, rows }: StepRows): Promise<number> {
    const { network, step, batchSize } = this.plan;
    const parts = Array.from({ length: Math.ceil(rows.length / batchSize) }, (_, part) =>
      rows.subarray(part * batchSize, (part + 1) * batchSize),
    );
    const learningRate = this.learningRate(this.steps);
    this.steps++;
    const gradient = await this.gradient(source, parts, rows.length);
    const { state, loss } = appliedStep(network, step, this.state, gradient, learningRate);
    disposeState(this.state, state);
    this.state = state;
    try {
      return (await loss.data())[0];
    } finally {
      loss.dispose();
    }
  }

  private async gradient(
    source: TrainingRows,
    parts: readonly Int32Array[],
    rows: number,
  ): Promise<StepGradient> {
    const { network, step, replicas } = this.plan;
    const { state, steps, random } = this;
    if (replicas) return replicas.gradient(state, { source, parts, step: steps, random });
    const batches = parts.map((part) => batchOf(source, part));
    return stepGradient(network, step, state, { batches, random: stepRandom(random, steps) }, rows);
  }

  /** The rate of a step, from 0. */
  private learningRate(step: number): number {
    const { rate, rule } = this.plan;
    if (rule) return rule.learningRate;
    return rateAt(
      { ...rate, learningRate: this.plateau.rate, totalSteps: this.stepsAnEpoch * this.plan.epochs },
      step,
    );
  }

  /** Lowers the rate where a schedule asks for it after an epoch of this cost. */
  private judge(cost: number): void {
    const { schedule } = this.plan.rate;
    if (schedule?.name === "reduceOnPlateau") this.plateau = plateauStep(schedule, this.plateau, cost);
  }

  private async validated(rows: TrainingRows, weights: Float32Array): Promise<Evaluated> {
    const { network, step, offset, measures } = this.plan;
    const judge = { loss: step.loss, offset, measures };
    const judged = await evaluatedRows(network, judge, weights, rows, () => this.run.breathe());
    if (!Number.isFinite(judged.loss)) throw this.diverged("validation loss", judged.loss);
    return judged;
  }

  private diverged(what: string, value: number): StrataError {
    return new StrataError(
      this.run.owner,
      `the ${what} must stay finite, received ${value} at step ${this.steps}: lower learningRate or clipNorm`,
    );
  }
}
