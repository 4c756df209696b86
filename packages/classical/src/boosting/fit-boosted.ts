import {
  DataError,
  type Dataset,
  type DatasetSchema,
  type FitRun,
  ParamError,
  Random,
  requireKinds,
  requireRows,
} from "@strata-ml/core";
import { type Boosted, boost, type BoostingRows } from "./booster.js";
import type { BoostingParams } from "./boosting-params.js";
import { holdOut } from "./early-stopping.js";
import { boostingKinds, featureColumns } from "./feature-columns.js";
import { FeatureConstraints } from "./feature-constraints.js";
import { availableThreads } from "../kernels/platform.js";
import type { Loss } from "./loss.js";

/** Rows with what they teach. */
export interface TargetRows {
  readonly data: Dataset;
  /** Targets, or class codes as numbers. */
  readonly y: Float64Array;
  readonly weights: Float64Array | undefined;
}

/** More rows than this stop early by themselves, as in scikit-learn. */
const autoStoppingRows = 10_000;

/**
 * Boosts on the rows that have weight; holds some of them out to stop early by where params ask for it and no
 * validation rows are given.
 *
 * @param schema the feature columns, with the dictionaries that trees go by
 * @param start what is gone on from; it has the same features
 */
export async function fitBoosted(
  run: FitRun,
  loss: Loss,
  params: BoostingParams,
  all: TargetRows,
  validation: TargetRows | undefined,
  codes: Int32Array | undefined,
  schema: DatasetSchema,
  start?: Boosted,
  threads = availableThreads(),
): Promise<Boosted> {
  const { owner } = run;
  if (params.goss !== null && params.subsample < 1)
    throw new ParamError(owner, `goss must be null where subsample draws rows, received both`);
  requireKinds(owner, all.data, boostingKinds);
  const random = new Random(params.seed);
  const kept = weightedRows(owner, all);
  const { earlyStopping, validationFraction } = params;
  const stops =
    earlyStopping === "auto" ? validation !== undefined || kept.length > autoStoppingRows : earlyStopping;
  let train = kept;
  let judge = validation;
  if (stops && validation === undefined && validationFraction !== null) {
    const present = take(all, kept);
    requireRows(owner, present.data, 2);
    const keptCodes = codes && Int32Array.from(kept, (row) => codes[row]);
    const split = holdOut(present.data, validationFraction, keptCodes, random.fork("validation"));
    train = Int32Array.from(split.train, (i) => kept[i]);
    judge = take(present, split.validation);
  }
  return boost(
    run,
    loss,
    boostingRows(owner, take(all, train), schema),
    judge && boostingRows(owner, judge, schema),
    {
      ...params,
      constraints: new FeatureConstraints(owner, params, schema),
      samplesRows: params.subsample < 1 || params.goss !== null,
      threads,
      stopping: stops ? params : undefined,
      start,
    },
    random,
  );
}

/** Rows of weight above zero: one of no weight must change nothing, neither counts nor bins. */
function weightedRows(owner: string, { data, weights }: TargetRows): Int32Array {
  const rows = Int32Array.from({ length: data.rows }, (_, i) => i);
  const kept = weights === undefined ? rows : rows.filter((row) => weights[row] > 0);
  if (kept.length === 0)
    throw new DataError(
      owner,
      "sample weights times class weights must not all be zero, received only zeros",
    );
  return kept;
}

function take({ data, y, weights }: TargetRows, rows: Int32Array): TargetRows {
  if (rows.length === data.rows) return { data, y, weights };
  const pick = (values: Float64Array): Float64Array => Float64Array.from(rows, (row) => values[row]);
  return { data: data.take(rows), y: pick(y), weights: weights && pick(weights) };
}

function boostingRows(owner: string, { data, y, weights }: TargetRows, schema: DatasetSchema): BoostingRows {
  return { columns: featureColumns(owner, data, schema), y, weights };
}
