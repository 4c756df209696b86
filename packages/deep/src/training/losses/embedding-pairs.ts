import {
  add,
  cast,
  div,
  equal,
  matMul,
  maximum,
  minimum,
  mul,
  oneHot,
  reshape,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  tensor,
  transpose,
} from "../../backend/tensors.js";

/** Pairs of rows of a batch, rows x rows of 0 and 1; a row makes none with itself. */
export interface Pairs {
  /** Of one entity. */
  readonly same: Tensor;
  /** Of two. */
  readonly different: Tensor;
}

/** The pairs of rows by their entity, rows x 1. */
export function pairsOf(entities: Tensor): Pairs {
  const rows = entities.shape[0];
  const column = reshape(entities, [rows, 1]);
  const alike = cast(equal(column, transpose(column)), "float32");
  const self = oneHot(
    tensor(
      Int32Array.from({ length: rows }, (_, i) => i),
      [rows],
      "int32",
    ),
    rows,
  );
  return { same: sub(alike, self), different: sub(1, alike) };
}

/** 1 for each row that has a pair, 0 for others. */
export function withPair(pairs: Tensor): Tensor {
  return minimum(sum(pairs, 1), 1);
}

/** Sums of rows over how many they are of; 0 of none. */
export function meanOver(sums: Tensor, counts: Tensor): Tensor {
  return div(sums, maximum(counts, 1));
}

/** Squared Euclidean distances of all rows from each other. */
export function squaredDistances(x: Tensor): Tensor {
  const lengths = sum(square(x), 1, true);
  const products = matMul(x, x, false, true);
  return maximum(sub(add(lengths, transpose(lengths)), mul(products, 2)), 0);
}

/** Euclidean distances of all rows from each other. */
export function distances(x: Tensor): Tensor {
  // Of equal rows the root has no slope: this little keeps the gradient at 0 instead of NaN.
  return sqrt(maximum(squaredDistances(x), 1e-12));
}
