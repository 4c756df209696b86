import { hasKernel } from "../../backend/has-kernel.js";
import { TRIPLET_WEIGHTS, type TripletAttributes } from "../../backend/kernels/triplet-weights.js";
import {
  add,
  cast,
  concat,
  div,
  engine,
  equal,
  expandDims,
  greater,
  max,
  maximum,
  min,
  minimum,
  mul,
  slice,
  sub,
  sum,
  type Tensor,
  tidy,
} from "../../backend/tensors.js";

/** Which triplets of an anchor, a positive and a negative row count. */
type Mining = TripletAttributes["mining"];

/** Beyond every distance. */
const far = 1e30;
/** Numbers that a block of anchors may take for each rows x rows of others. */
const blockSize = 2 ** 20;

/**
 * How much each distance of an anchor (rows x rows) adds to its loss where the loss is above zero: positives pull, negatives push.
 * The loss of an anchor is then the sum of its distances so weighted, and margin times its positive weights, and its
 * gradient is theirs.
 *
 * `hard` takes the furthest positive and the nearest negative (Hermans and others 2017); `semiHard`, for every positive, the
 * nearest negative beyond it, or the furthest where none is (Schroff and others 2015); `all` every one.
 */
export function tripletWeights(
  distance: Tensor,
  same: Tensor,
  different: Tensor,
  mining: Mining,
  margin: number,
): Tensor {
  if (!hasKernel(TRIPLET_WEIGHTS)) return composedTripletWeights(distance, same, different, mining, margin);
  return engine().runKernel(TRIPLET_WEIGHTS, { distance, same, different }, { mining, margin });
}

/** The same by ordinary operations: for backends whose memory our own kernel can't reach, and as its reference. */
export function composedTripletWeights(
  distance: Tensor,
  same: Tensor,
  different: Tensor,
  mining: Mining,
  margin: number,
): Tensor {
  const rows = distance.shape[0];
  const block = mining === "hard" ? rows : Math.max(1, Math.floor(blockSize / (rows * rows)));
  const weigh = { hard: hardest, semiHard: nextBeyond, all: everyOne }[mining];
  const parts: Tensor[] = [];
  for (let from = 0; from < rows; from += block) {
    const anchors = Math.min(block, rows - from);
    parts.push(
      tidy(() => {
        const [d, p, n] = [distance, same, different].map((all) => slice(all, [from, 0], [anchors, rows]));
        // A row without a positive or a negative makes no triplet.
        const whole = mul(minimum(sum(p, 1, true), 1), minimum(sum(n, 1, true), 1));
        return mul(weigh(d, p, n, margin), whole);
      }),
    );
  }
  return parts.length === 1 ? parts[0] : concat(parts, 0);
}

type Weigh = (distance: Tensor, same: Tensor, different: Tensor, margin: number) => Tensor;

const hardest: Weigh = (distance, same, different, margin) => {
  const furthest = max(mul(distance, same), 1, true);
  const nearest = min(add(distance, mul(sub(1, different), far)), 1, true);
  const active = above(add(sub(furthest, nearest), margin), 0);
  const pull = shares(mul(same, isEqual(distance, furthest)));
  const push = shares(mul(different, isEqual(distance, nearest)));
  return mul(active, sub(pull, push));
};

const nextBeyond: Weigh = (distance, same, different, margin) => {
  // Anchors x positives x negatives.
  const positive = expandDims(distance, 2);
  const negative = expandDims(distance, 1);
  const negatives = expandDims(different, 1);
  const beyond = mul(negatives, above(negative, positive));
  const next = min(add(negative, mul(sub(1, beyond), far)), 2, true);
  const furthest = max(mul(negative, negatives), 2, true);
  const found = minimum(sum(beyond, 2, true), 1);
  const chosen = add(mul(found, minimum(next, far)), mul(sub(1, found), furthest));
  const active = mul(expandDims(same, 2), above(add(sub(positive, chosen), margin), 0));
  const taken = shares(mul(negatives, isEqual(negative, chosen)));
  const count = maximum(sum(same, 1, true), 1);
  return div(sub(sum(active, 2), sum(mul(active, taken), 1)), count);
};

const everyOne: Weigh = (distance, same, different, margin) => {
  const positive = expandDims(distance, 2);
  const negative = expandDims(distance, 1);
  const triplets = mul(expandDims(same, 2), expandDims(different, 1));
  const active = mul(triplets, above(add(sub(positive, negative), margin), 0));
  const count = maximum(mul(sum(same, 1, true), sum(different, 1, true)), 1);
  return div(sub(sum(active, 2), sum(active, 1)), count);
};

function above(a: Tensor, b: Tensor | number): Tensor {
  return cast(greater(a, b), "float32");
}

function isEqual(a: Tensor, b: Tensor): Tensor {
  return cast(equal(a, b), "float32");
}

/** Equal ones share. */
function shares(chosen: Tensor): Tensor {
  return div(chosen, maximum(sum(chosen, -1, true), 1));
}
