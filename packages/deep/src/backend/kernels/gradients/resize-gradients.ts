import { matMul, type NamedAttrMap, reshape, type Tensor, tensor } from "../../tensors.js";
import type { Gradient } from "./gradient.js";

/** Where an output pixel lies along an axis of the input. */
function sourceOf(
  i: number,
  from: number,
  to: number,
  { alignCorners, halfPixelCenters }: NamedAttrMap,
): number {
  const scale = alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to;
  return halfPixelCenters ? (i + 0.5) * scale - 0.5 : i * scale;
}

/** By how much each input pixel of an axis goes into each output pixel: from x to, row-major. */
type Shares = (from: number, to: number, attrs: NamedAttrMap) => Float32Array;

const linear: Shares = (from, to, attrs) => {
  const shares = new Float32Array(from * to);
  for (let i = 0; i < to; i++) {
    const source = sourceOf(i, from, to, attrs);
    const below = Math.floor(source);
    const upper = Math.min(from - 1, Math.ceil(source));
    shares[Math.max(0, below) * to + i] += 1 - (source - below);
    shares[upper * to + i] += source - below;
  }
  return shares;
};

const nearest: Shares = (from, to, attrs) => {
  const shares = new Float32Array(from * to);
  for (let i = 0; i < to; i++) {
    const source = sourceOf(i, from, to, attrs) + (attrs.halfPixelCenters ? 0.5 : 0);
    const place = attrs.alignCorners ? Math.round(source) : Math.floor(source);
    shares[Math.max(0, Math.min(from - 1, place)) * to + i] = 1;
  }
  return shares;
};

/**
 * A resized image is a matrix product along each axis, and its gradient the product with the transposes. tfjs's own
 * kernels leave pixel centres out, and the nearest one of cpu mixes up the images of a batch.
 */
const resizeGradient = (name: string, shares: Shares): Gradient => ({
  name,
  saves: ["images"],
  run(dy, [images], attrs) {
    const [batch, height, width, channels] = images.shape as [number, number, number, number];
    const [rows, columns] = dy.shape.slice(1, 3);
    const matrix = (from: number, to: number): Tensor => tensor(shares(from, to, attrs), [1, from, to]);
    return {
      images: () => {
        const lines = matMul(matrix(height, rows), reshape(dy, [batch, rows, columns * channels]));
        const pixels = reshape(lines, [batch * height, columns, channels]);
        return reshape(matMul(matrix(width, columns), pixels), images.shape);
      },
    };
  },
});

export const resizeGradients: readonly Gradient[] = [
  resizeGradient("ResizeBilinear", linear),
  resizeGradient("ResizeNearestNeighbor", nearest),
];
