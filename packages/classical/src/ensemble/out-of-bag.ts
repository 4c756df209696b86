import { Matrix, type TensorReader } from "@strata-ml/core";
import type { Tree } from "../tree/tree.js";

/** How a forest does on the rows that its trees left out. */
export interface OutOfBagResult {
  /** Accuracy of a classifier, R2 of a regressor, by the sample weights; NaN where no row was left out. */
  readonly score: number;
  /** Rows x outputs: the mean of the trees that left the row out, NaN where none did. */
  readonly means: Matrix;
}

/** As an artifact carries it: the score and the number of rows, and the means. */
export function outOfBagTensors(
  result: OutOfBagResult | undefined,
): Readonly<Record<string, Matrix | Float64Array>> {
  if (result === undefined) return {};
  const { score, means } = result;
  return { outOfBag: Float64Array.of(score, means.rows), oobMeans: means };
}

/** The results of a model whose params asked for them. */
export function readOutOfBag(
  { oobScore }: { readonly oobScore: boolean },
  tensors: TensorReader,
  outputs: number,
): OutOfBagResult | undefined {
  if (!oobScore) return undefined;
  const [score, rows] = tensors.float64("outOfBag", 2);
  return { score, means: tensors.matrix("oobMeans", rows, outputs) };
}

/** What the trees that did not learn from a row predict for it. */
export class OutOfBag {
  private readonly sums: Matrix;
  private readonly votes: Int32Array;

  constructor(rows: number, outputs: number) {
    this.sums = new Matrix(rows, outputs);
    this.votes = new Int32Array(rows);
  }

  /** Adds a tree's values of the rows that it left out; `leaves` is -1 for the others. */
  add(tree: Tree, leaves: Int32Array): void {
    const { outputs } = tree;
    const { value } = tree.nodes;
    for (let row = 0; row < leaves.length; row++) {
      const leaf = leaves[row];
      if (leaf < 0) continue;
      this.votes[row]++;
      for (let k = 0; k < outputs; k++) this.sums.data[row * outputs + k] += value[leaf * outputs + k];
    }
  }

  /** The mean of each row's values, rows x outputs; NaN where no tree left the row out. */
  means(): Matrix {
    const { rows, columns, data } = this.sums;
    return new Matrix(
      rows,
      columns,
      data.map((sum, at) => sum / this.votes[Math.floor(at / columns)]),
    );
  }

  /** The rows that a tree left out, of those that have weight. */
  judged(weights: Float64Array | undefined): Int32Array {
    const rows = Int32Array.from(this.votes.keys());
    return rows.filter((row) => this.votes[row] > 0 && (weights === undefined || weights[row] > 0));
  }
}
