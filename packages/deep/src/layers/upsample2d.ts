import { add, concat, mul, reshape, slice, type Tensor } from "../backend/tensors.js";
import { unnamedImage } from "../network/graph.js";
import type { Image } from "../network/node.js";
import { oneOf, type Pair, pairOf } from "./image-window.js";

export interface Upsample2dOptions {
  /** How many times more rows and columns; default 2. */
  readonly size?: Pair;
  /** Default nearest: each pixel is repeated. `bilinear` goes from pixel centre to pixel centre. */
  readonly interpolation?: "nearest" | "bilinear";
}

/**
 * Enlarges an image by whole factors; as Keras's UpSampling2D. Made of slices and joins alone: TensorFlow.js's own
 * resizing has wrong gradients.
 */
export function upsample2d(
  owner: string,
  input: Image,
  { size = 2, interpolation = "nearest" }: Upsample2dOptions = {},
): Image {
  const asked = { owner, layer: "upsample2d" };
  const [down, across] = pairOf(asked, "size", size);
  const smooth = oneOf(asked, "interpolation", ["nearest", "bilinear"], interpolation) === "bilinear";
  const { rows, columns } = input.size;
  const enlarged = { rows: rows * down, columns: columns * across };
  return unnamedImage(enlarged, input.width, [input], ([{ tensor }]) => {
    const tall = stretched(reshape(tensor, [-1, rows, columns * input.width]), down, smooth);
    const wide = stretched(reshape(tall, [-1, columns, input.width]), across, smooth);
    return { tensor: reshape(wide, [-1, enlarged.rows, enlarged.columns, input.width]) };
  });
}

/** The middle axis of a block, `factor` times as long. */
function stretched(x: Tensor, factor: number, smooth: boolean): Tensor {
  if (factor === 1) return x;
  const [, length, inner] = x.shape;
  const phases = Array.from({ length: factor }, (_, phase) => {
    // Where the new centre lies between the old ones: behind this one, or before it.
    const offset = smooth ? (phase + 0.5) / factor - 0.5 : 0;
    if (offset === 0) return x;
    const share = Math.abs(offset);
    return add(mul(x, 1 - share), mul(neighbour(x, offset < 0 ? -1 : 1), share));
  });
  return reshape(concat(phases, 2), [-1, length * factor, inner]);
}

/** Each place's neighbour along the middle axis; those at the end are their own. */
function neighbour(x: Tensor, step: -1 | 1): Tensor {
  const [outer, length, inner] = x.shape;
  const most = (from: number): Tensor => slice(x, [0, from, 0], [outer, length - 1, inner]);
  const one = (at: number): Tensor => slice(x, [0, at, 0], [outer, 1, inner]);
  if (length === 1) return x;
  return concat(step < 0 ? [one(0), most(0)] : [most(1), one(length - 1)], 1);
}
