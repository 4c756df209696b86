import { type ColumnSchema, DataError, type TensorColumn } from "@strata-ml/core";
import { feedKey } from "../network/feed-key.js";
import type { ImageLayout, ImageScaling } from "../network/network-inputs.js";
import type { EncodedInput, Feeds } from "./feed.js";
import { applyScaling, fitScaling, type Scaling } from "./scaling.js";

/** What a column would be as an image: a tensor of height x width, or of height x width x channels. */
export function imageLayout(column: ColumnSchema): ImageLayout | undefined {
  if (column.kind !== "tensor" || column.shape.length < 2 || column.shape.length > 3) return undefined;
  const [rows, columns, channels = 1] = column.shape;
  return { size: { rows, columns }, channels };
}

/** A tensor column as images; a missing pixel counts as the mean of its channel, or as 0 where nothing is scaled. */
export class ImageEncoder {
  constructor(
    readonly name: string,
    private readonly plain: ImageLayout,
    readonly mode: ImageScaling,
    /** By channel. */
    readonly scaling: Scaling,
  ) {}

  static fit(
    owner: string,
    name: string,
    column: TensorColumn,
    layout: ImageLayout,
    mode: ImageScaling,
    weights: Float64Array | undefined,
  ): ImageEncoder {
    const { size, channels } = layout;
    requireFinite(owner, name, column.values, size.rows * size.columns * channels);
    if (mode === "none") return new ImageEncoder(name, layout, mode, unscaled(channels));
    const pixels = size.rows * size.columns;
    const weightOf = weights && ((pixel: number) => weights[Math.floor(pixel / pixels)]);
    const { mean, scale } = fitScaling(column.values, channels, weightOf);
    return new ImageEncoder(name, layout, mode, { mean, scale, indicators: [] });
  }

  get layout(): ImageLayout {
    return { ...this.plain, scaling: this.mode };
  }

  encode(owner: string, { values }: TensorColumn): EncodedInput {
    const { size, channels } = this.plain;
    const width = size.rows * size.columns * channels;
    requireFinite(owner, this.name, values, width);
    return {
      // Scaled batch by batch: all images at once would take as much memory again.
      addTo: (feeds: Feeds, rows: Int32Array): void => {
        const batch = new Float64Array(rows.length * width);
        for (let i = 0; i < rows.length; i++)
          batch.set(values.subarray(rows[i] * width, (rows[i] + 1) * width), i * width);
        feeds.set(feedKey("image", this.name), {
          data: applyScaling(this.scaling, batch),
          shape: [rows.length, size.rows, size.columns, channels],
        });
      },
    };
  }
}

/** The scaling of images that are taken as they come. */
function unscaled(channels: number): Scaling {
  return { mean: new Float64Array(channels), scale: new Float64Array(channels).fill(1), indicators: [] };
}

function requireFinite(owner: string, name: string, values: ArrayLike<number>, width: number): void {
  for (let k = 0; k < values.length; k++) {
    if (Math.abs(values[k]) !== Number.POSITIVE_INFINITY) continue;
    throw new DataError(
      owner,
      `column '${name}' must be finite or missing, received ${values[k]} at row ${Math.floor(k / width)}`,
    );
  }
}
