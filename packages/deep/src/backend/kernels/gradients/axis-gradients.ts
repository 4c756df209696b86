import { cumprod, cumsum, mul, reshape, sum, tensor, transpose, unsortedSegmentSum } from "../../tensors.js";
import type { Gradient } from "./gradient.js";

/** A running sum backwards; tfjs's own transposes it too, where the axis is not the last. */
const cumsumGradient: Gradient = {
  name: "Cumsum",
  saves: [],
  run(dy, _, attrs) {
    const { axis, exclusive, reverse } = attrs as { axis: number; exclusive: boolean; reverse: boolean };
    return { x: () => cumsum(dy, axis, exclusive, !reverse) };
  },
};

/** Each number's gradient is the product of all others; tfjs's own calls what only its umbrella package has. */
const prodGradient: Gradient = {
  name: "Prod",
  saves: ["x"],
  run(dy, [x], { axis }) {
    const rank = x.shape.length;
    const named = (
      axis === undefined || axis === null ? x.shape.map((_, i) => i) : [axis].flat()
    ) as number[];
    const gone = named.map((a) => (a + rank) % rank);
    const order = [...x.shape.map((_, i) => i).filter((i) => !gone.includes(i)), ...gone];
    const shape = order.map((i) => x.shape[i]);
    const factors = gone.reduce((size, i) => size * x.shape[i], 1);
    return {
      x: () => {
        const rows = reshape(rank > 1 ? transpose(x, order) : x, [dy.size, factors]);
        const others = mul(cumprod(rows, 1, true, false), cumprod(rows, 1, true, true));
        const back = reshape(mul(others, reshape(dy, [dy.size, 1])), shape);
        return rank > 1
          ? transpose(
              back,
              order.map((_, i) => order.indexOf(i)),
            )
          : back;
      },
    };
  },
};

/** Where each number of a mirrored block comes from, as a place in the flat input. */
function mirroredFrom(
  shape: readonly number[],
  paddings: readonly (readonly [number, number])[],
  edge: number,
) {
  let from = [0];
  for (const [axis, size] of shape.entries()) {
    const [before, after] = paddings[axis];
    const along = Array.from({ length: before + size + after }, (_, i) => {
      const at = i - before;
      if (at < 0) return -at - edge;
      return at < size ? at : 2 * (size - 1) - at + edge;
    });
    from = from.flatMap((place) => along.map((i) => place * size + i));
  }
  return from;
}

/** Every number's gradient is summed over its images; tfjs's own takes the unpadded part alone. */
const mirrorPadGradient: Gradient = {
  name: "MirrorPad",
  saves: ["x"],
  run(dy, [x], attrs) {
    const { paddings, mode } = attrs as unknown as { paddings: [number, number][]; mode: string };
    return {
      x: () => {
        const from = mirroredFrom(x.shape, paddings, mode === "reflect" ? 0 : 1);
        const sums = unsortedSegmentSum(
          reshape(dy, [dy.size]),
          tensor(from, [from.length], "int32") as never,
          x.size,
        );
        return reshape(sums, x.shape);
      },
    };
  },
};

/** Sums over the repetitions, an axis at a time, so that no backend meets a rank above 3; tfjs's own adds slices, up to four axes. */
const tileGradient: Gradient = {
  name: "Tile",
  saves: ["x"],
  run(dy, [x], attrs) {
    const { reps } = attrs as { reps: number[] };
    return {
      x: () => {
        let sums = dy;
        let before = 1;
        for (const [axis, size] of x.shape.entries()) {
          if (reps[axis] !== 1) {
            const after = sums.size / (before * reps[axis]);
            sums = sum(reshape(sums, [before, reps[axis], after]), 1);
          }
          before *= size;
        }
        return reshape(sums, x.shape);
      },
    };
  },
};

export const axisGradients: readonly Gradient[] = [
  cumsumGradient,
  prodGradient,
  mirrorPadGradient,
  tileGradient,
];
