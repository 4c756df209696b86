import { backendUtil, type NamedAttrMap } from "../tensors.js";

/** Sizes, strides and padding of a convolution. */
export type Geometry = ReturnType<typeof backendUtil.computeConv2DInfo>;
export type Shape4 = [number, number, number, number];

/** The geometry of a convolution from its kernel's attributes; only NHWC is taken. */
export function geometryOf(
  inputShape: Shape4,
  filterShape: Shape4,
  attrs: NamedAttrMap,
  depthwise: boolean,
): Geometry {
  if (attrs.dataFormat === "NCHW") throw new Error("convolution: dataFormat must be NHWC, received NCHW");
  return backendUtil.computeConv2DInfo(
    inputShape,
    filterShape,
    attrs.strides as [number, number],
    (attrs.dilations as [number, number] | undefined) ?? 1,
    attrs.pad as "same" | "valid" | number,
    attrs.dimRoundingMode as "floor" | undefined,
    depthwise,
  );
}

/** Calls `visit` for every pixel of an image that a filter tap lies on, by output; all counted without channels. */
function forEachTap(g: Geometry, visit: (pixel: number, output: number, tap: number) => void): void {
  for (let oy = 0, output = 0; oy < g.outHeight; oy++) {
    for (let ox = 0; ox < g.outWidth; ox++, output++) {
      for (let ky = 0; ky < g.filterHeight; ky++) {
        const y = oy * g.strideHeight - g.padInfo.top + ky * g.dilationHeight;
        if (y < 0 || y >= g.inHeight) continue;
        for (let kx = 0; kx < g.filterWidth; kx++) {
          const x = ox * g.strideWidth - g.padInfo.left + kx * g.dilationWidth;
          if (x >= 0 && x < g.inWidth) visit(y * g.inWidth + x, output, ky * g.filterWidth + kx);
        }
      }
    }
  }
}

/** The taps of one image as a flat list of (pixel, output, tap) triples; the same for every image of a batch. */
export function tapsOf(g: Geometry): Int32Array {
  const taps: number[] = [];
  forEachTap(g, (pixel, output, tap) => taps.push(pixel, output, tap));
  return Int32Array.from(taps);
}
