import { describe, ParamError, StrataError } from "@strata-ml/core";
import { pad, reshape, slice } from "../backend/tensors.js";
import { unnamed, unnamedImage } from "../network/graph.js";
import type { Image, ImageSize, Vector } from "../network/node.js";
import { type Asked, type Pair, pairOf } from "./image-window.js";

/** Pixels at each border: one number for all, one of rows and one of columns, or both of each. */
export type Borders =
  | Pair
  | readonly [rows: readonly [top: number, bottom: number], columns: readonly [left: number, right: number]];

/** Zeros around an image; as Keras's ZeroPadding2D. */
export function zeroPad2d(owner: string, input: Image, padding: Borders = 1): Image {
  const [top, bottom, left, right] = bordersOf({ owner, layer: "zeroPad2d" }, "padding", padding);
  const size = { rows: input.size.rows + top + bottom, columns: input.size.columns + left + right };
  return unnamedImage(size, input.width, [input], ([{ tensor }]) => ({
    tensor: pad(tensor, [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ]),
  }));
}

/** Takes pixels off the borders; as Keras's Cropping2D. Throws {@link StrataError} where none would be left. */
export function crop2d(owner: string, input: Image, cropping: Borders): Image {
  const [top, bottom, left, right] = bordersOf({ owner, layer: "crop2d" }, "cropping", cropping);
  const rows = input.size.rows - top - bottom;
  const columns = input.size.columns - left - right;
  if (rows < 1 || columns < 1)
    throw new StrataError(
      owner,
      `crop2d: cropping must leave some of ${input.size.rows} x ${input.size.columns} pixels, received ${describe(cropping)}`,
    );
  return unnamedImage({ rows, columns }, input.width, [input], ([{ tensor }]) => ({
    tensor: slice(tensor, [0, top, left, 0], [tensor.shape[0], rows, columns, input.width]),
  }));
}

/** All numbers of an image as one vector, row by row, channels last. */
export function flatten(input: Image): Vector {
  const width = input.size.rows * input.size.columns * input.width;
  return unnamed("vector", width, [input], ([{ tensor }]) => ({ tensor: reshape(tensor, [-1, width]) }));
}

/** A vector as an image of this size, row by row, channels last: what {@link flatten} undoes. */
export function toImage(owner: string, input: Vector, { rows, columns }: ImageSize): Image {
  const [height, width] = pairOf({ owner, layer: "toImage" }, "size", [rows, columns]);
  const channels = input.width / (height * width);
  if (!Number.isInteger(channels))
    throw new StrataError(
      owner,
      `toImage: the vector's width must be a multiple of ${height} x ${width}, received ${input.width}`,
    );
  return unnamedImage({ rows: height, columns: width }, channels, [input], ([{ tensor }]) => ({
    tensor: reshape(tensor, [-1, height, width, channels]),
  }));
}

/** Borders as top, bottom, left and right. */
function bordersOf(asked: Asked, option: string, value: Borders): [number, number, number, number] {
  if (typeof value === "number") {
    const [all] = pairOf(asked, option, value, 0);
    return [all, all, all, all];
  }
  if (!Array.isArray(value) || value.length !== 2)
    throw new ParamError(
      asked.owner,
      `${asked.layer}: ${option} must be a whole number >= 0, two, or two of two, received ${describe(value)}`,
    );
  const [rows, columns] = value.map((side) => pairOf(asked, option, side, 0));
  return [...rows, ...columns];
}
