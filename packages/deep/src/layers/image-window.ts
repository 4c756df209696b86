import { describe, ParamError, StrataError } from "@strata-ml/core";
import type { ImageSize } from "../network/node.js";

/** One number for rows and columns, or one of each. */
export type Pair = number | readonly [rows: number, columns: number];

/** `same` pads with zeros so that a stride of 1 keeps the size; `valid` pads nothing. */
export type ImagePadding = "valid" | "same";

/** A window that moves over an image, checked; sizes are of rows and columns. */
export interface Window {
  readonly size: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly padding: ImagePadding;
}

/** Who is asked for something: a network's name, and a layer of it. */
export interface Asked {
  readonly owner: string;
  readonly layer: string;
}

/** A pair as two whole numbers of at least `least`; throws {@link ParamError} for anything else. */
export function pairOf({ owner, layer }: Asked, option: string, value: Pair, least = 1): [number, number] {
  const both = typeof value === "number" ? [value, value] : value;
  const whole = (x: unknown): boolean => Number.isInteger(x) && (x as number) >= least;
  if (!Array.isArray(both) || both.length !== 2 || !both.every(whole))
    throw new ParamError(
      owner,
      `${layer}: ${option} must be a whole number >= ${least} or two of them, received ${describe(value)}`,
    );
  return [both[0], both[1]];
}

/** One of some names; throws {@link ParamError} for anything else. */
export function oneOf<T extends string>(
  { owner, layer }: Asked,
  option: string,
  names: readonly T[],
  value: T,
): T {
  if (!names.includes(value))
    throw new ParamError(
      owner,
      `${layer}: ${option} must be ${names.join(" or ")}, received ${describe(value)}`,
    );
  return value;
}

export interface WindowOptions {
  readonly strides?: Pair;
  readonly padding?: ImagePadding;
  readonly dilationRate?: Pair;
}

/** The window that options describe. `sizeOption` names the option that `size` came from. */
export function windowOf(
  asked: Asked,
  sizeOption: string,
  size: Pair,
  { strides = 1, padding = "valid", dilationRate = 1 }: WindowOptions,
): Window {
  const window = {
    size: pairOf(asked, sizeOption, size),
    strides: pairOf(asked, "strides", strides),
    dilation: pairOf(asked, "dilationRate", dilationRate),
    padding: oneOf(asked, "padding", ["valid", "same"], padding),
  };
  if (Math.max(...window.strides) > 1 && Math.max(...window.dilation) > 1)
    throw new ParamError(
      asked.owner,
      `${asked.layer}: strides or dilationRate must be 1, received ${window.strides.join(" x ")} and ${window.dilation.join(" x ")}`,
    );
  return window;
}

/** Pixels that one placed window spans. */
const spanOf = ({ size, dilation }: Window): [number, number] => [
  (size[0] - 1) * dilation[0] + 1,
  (size[1] - 1) * dilation[1] + 1,
];

/** The size of what a window gives for an image; throws {@link StrataError} where the window doesn't fit in. */
export function sizeAfter({ owner, layer }: Asked, image: ImageSize, window: Window): ImageSize {
  const span = spanOf(window);
  const { strides, padding } = window;
  if (padding === "same")
    return { rows: Math.ceil(image.rows / strides[0]), columns: Math.ceil(image.columns / strides[1]) };
  if (image.rows < span[0] || image.columns < span[1])
    throw new StrataError(
      owner,
      `${layer}: the image must have at least ${span.join(" x ")} pixels, received ${image.rows} x ${image.columns}`,
    );
  return {
    rows: Math.floor((image.rows - span[0]) / strides[0]) + 1,
    columns: Math.floor((image.columns - span[1]) / strides[1]) + 1,
  };
}
