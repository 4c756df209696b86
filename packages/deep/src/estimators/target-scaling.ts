import {
  ArtifactError,
  DataError,
  type LabelledDataset,
  outputsTarget,
  sampleWeights,
} from "@strata-ml/core";
import { z } from "zod";
import { hugeAdvice, placeOfHuge } from "../preprocessing/huge-values.js";
import { fitScaling } from "../preprocessing/scaling.js";

/** Standardised targets beyond this would not have a square, and a sum of squares, in float32. */
const furthest = 1e15;

/** One number, or one an output. */
const numbers = z.union([z.number(), z.array(z.number()).min(2)]);
type Numbers = z.output<typeof numbers>;

/** {@link TargetScaling} as an artifact's state carries it. */
export const targetScalingState = { targetMean: numbers, targetScale: numbers };
interface TargetState {
  readonly targetMean: Numbers;
  readonly targetScale: Numbers;
}

/** How a network sees the target of a regression: each output less its mean, in standard deviations. */
export class TargetScaling {
  constructor(
    /** By output, as the deviations. */
    readonly mean: Float64Array,
    readonly scale: Float64Array,
  ) {}

  /** From the training rows. */
  static fit(owner: string, data: LabelledDataset): TargetScaling {
    const weights = sampleWeights(owner, data);
    const targets = outputsTarget(owner, data);
    const { mean, scale } = fitScaling(targets.data, targets.columns, weights && ((row) => weights[row]));
    return new TargetScaling(mean, scale);
  }

  /** Throws {@link ArtifactError} for scales that are none. */
  static fromState(owner: string, { targetMean, targetScale }: TargetState): TargetScaling {
    const [mean, scale] = [targetMean, targetScale].map((held) => Float64Array.from([held].flat()));
    if (mean.length !== scale.length || !scale.every((each) => each > 0))
      throw new ArtifactError(owner, "the scales of the target must be above 0, one a mean, received others");
    return new TargetScaling(mean, scale);
  }

  get state(): TargetState {
    const [targetMean, targetScale] = [this.mean, this.scale].map(
      (held): Numbers => (held.length === 1 ? held[0] : [...held]),
    );
    return { targetMean, targetScale };
  }

  get outputs(): number {
    return this.mean.length;
  }

  /** The target of rows, standardised: rows x outputs. */
  targetsOf(owner: string, data: LabelledDataset): Float32Array {
    const { mean, scale, outputs } = this;
    const { data: values } = outputsTarget(owner, data);
    return Float32Array.from(values, (y, at) => (y - mean[at % outputs]) / scale[at % outputs]);
  }

  /** What a network gave, rows x outputs, as numbers of the target. */
  undo(values: Float64Array): Float64Array {
    const { mean, scale, outputs } = this;
    return values.map((value, at) => value * scale[at % outputs] + mean[at % outputs]);
  }

  /**
   * Throws {@link DataError} for a target too far from the mean for float32, by its row in `data`, and one of another number
   * of outputs; a row of weight zero may hold anything.
   */
  requireNear(owner: string, data: LabelledDataset, weights?: Float64Array, where = ""): void {
    const { mean, scale, outputs } = this;
    const { data: targets, columns } = outputsTarget(owner, data, where);
    if (columns !== outputs)
      throw new DataError(
        owner,
        `the target must have ${outputs} output${outputs > 1 ? "s" : ""}, as in training, received ${columns}${where}`,
      );
    const at = targets.findIndex(
      (y, i) =>
        weights?.[Math.floor(i / outputs)] !== 0 &&
        !(Math.abs(y - mean[i % outputs]) <= furthest * scale[i % outputs]),
    );
    if (at < 0) return;
    const k = at % outputs;
    throw new DataError(
      owner,
      `the target must be within ${furthest.toExponential()} standard deviations of its mean (${mean[k]}, deviation ${scale[k]} in training), received ${targets[at]} at ${placeOf(at, outputs)}${where}`,
    );
  }
}

/** Throws {@link DataError} for a target that can't be learned from: not a finite number, or too large to be standardised. */
export function requireTargets(
  owner: string,
  data: LabelledDataset,
  weights: Float64Array | undefined,
): void {
  const { data: targets, columns } = outputsTarget(owner, data);
  const at = placeOfHuge(targets, columns, weights);
  if (at >= 0)
    throw new DataError(
      owner,
      `the target ${hugeAdvice}, received ${targets[at]} at ${placeOf(at, columns)}`,
    );
}

function placeOf(at: number, outputs: number): string {
  const row = `row ${Math.floor(at / outputs)}`;
  return outputs === 1 ? row : `${row}, output ${at % outputs}`;
}
