import { z } from "zod";
import type { Dataset, LabelledDataset } from "../dataset/dataset.js";
import { fromColumns } from "../dataset/from-columns.js";
import { fromMatrix } from "../dataset/from-matrix.js";
import { fromRows } from "../dataset/from-rows.js";
import { readCsv } from "../dataset/csv/read-csv.js";
import type { Regresses } from "./capabilities.js";
import type { DataOf, Estimator, EstimatorTags, ModelOf, ParamsOf } from "./estimator.js";
import type { Model } from "./model.js";

// Compiled, never run: each line after an @ts-expect-error must not compile, or the compiler complains.

const params = z.strictObject({
  alpha: z.number().min(0).default(1),
  solver: z.enum(["cholesky", "svd"]).default("svd"),
});

declare class LineModel extends Model<Line> implements Regresses {
  predict(data: Dataset): Float64Array;
}
declare class Line extends Estimator<typeof params, LineModel, LabelledDataset> {
  readonly type: string;
  readonly tags: EstimatorTags;
  constructor(input?: z.input<typeof params>);
  fit(data: LabelledDataset): Promise<LineModel>;
}

const columns = { x: [1, 2], y: [0, 1] };
const labelled = fromColumns(columns, { target: "y" });
const bare = fromColumns(columns);
const estimator = new Line({ alpha: 1, solver: "svd" });

export async function fitWantsATarget(): Promise<void> {
  await estimator.fit(labelled);
  await estimator.fit(bare.withRoles({ target: "y" }));
  await estimator.fit(bare.labelled("Line"));
  await estimator.fit(
    labelled
      .take([0])
      .slice(0)
      .filter(() => true)
      .with({ z: [1] })
      .selectFeatures(["x"]),
  );
  // @ts-expect-error a dataset without a target can't be fitted by a supervised estimator
  await estimator.fit(bare);
  // @ts-expect-error roles without a target don't make one
  await estimator.fit(fromColumns(columns, { weight: "y" }));
  // @ts-expect-error selecting columns may lose the target
  await estimator.fit(labelled.select(["x"]));
  // @ts-expect-error dropping columns may lose the target
  await estimator.fit(labelled.drop(["y"]));
  if (bare.isLabelled()) await estimator.fit(bare);
}

export async function readersKnowTheTarget(): Promise<void> {
  await estimator.fit(await readCsv("x,y\n1,2\n", { roles: { target: "y" } }));
  await estimator.fit(fromRows([{ x: 1, y: 2 }], { roles: { target: "y" } }));
  await estimator.fit(fromMatrix([[1]], { target: [0] }));
  await estimator.fit(fromMatrix([[1, 2]], { roles: { target: "x1" } }));
  // @ts-expect-error a CSV read without a target role has no target
  await estimator.fit(await readCsv("x,y\n1,2\n"));
  // @ts-expect-error rows without a target role have no target
  await estimator.fit(fromRows([{ x: 1, y: 2 }], { roles: { id: "y" } }));
  // @ts-expect-error a matrix alone has no target
  await estimator.fit(fromMatrix([[1]], { weights: [1] }));
}

export async function predictComesAfterFit(): Promise<Float64Array> {
  // @ts-expect-error an estimator that is not fitted can't predict
  estimator.predict(labelled);
  const model = await estimator.fit(labelled);
  // @ts-expect-error a regressor has no probabilities
  model.predictProba(labelled);
  // @ts-expect-error a model can't be fitted again
  await model.fit(labelled);
  return model.predict(bare);
}

export function paramsAreChecked(make: (input: ConstructorParameters<typeof Line>[0]) => Line): void {
  estimator.with({ alpha: 2 });
  // @ts-expect-error a misspelt param is no param
  make({ alhpa: 1 });
  // @ts-expect-error a misspelt param can't be set later either
  estimator.with({ alhpa: 1 });
  // @ts-expect-error a param has the type of its schema
  make({ alpha: "1" });
  // @ts-expect-error a choice outside the enum is refused
  make({ solver: "qr" });
  // @ts-expect-error params can't be changed in place
  estimator.params.alpha = 2;
}

export const model: ModelOf<Line> = {} as LineModel;
export const data: DataOf<Line> = labelled;
export const patch: ParamsOf<Line> = { alpha: 1 };
// @ts-expect-error what an estimator fits on needs its target
export const wrong: DataOf<Line> = bare;
