import {
  type Column,
  type Dataset,
  type DatasetSchema,
  denseFeatures,
  type Matrix,
  tensorWidth,
} from "@strata-ml/core";
import {
  add,
  cast,
  less,
  logSoftmax,
  mul,
  neg,
  slice,
  square,
  sub,
  sum,
  type Tensor,
} from "../../backend/tensors.js";
import { MISSING, RESERVED_CODES } from "../../layers/embedding.js";
import type { FeatureEncoder } from "../../preprocessing/feature-encoder.js";
import { applyScaling, type Scaling } from "../../preprocessing/scaling.js";

/** Stands for a missing number among targets: standardised ones are held within a million. */
const missing = 1e9;

/**
 * What a network makes of a row again: first all standardised numbers, then for each category a score of every code that it
 * may have, missing and unseen ones among them.
 */
export class Reconstruction {
  /** Numbers of a row, */
  readonly numbers: number;
  /** categorical columns, */
  readonly categories: number;
  /** and outputs of the network in all. */
  readonly width: number;
  private readonly scaling: Scaling | undefined;

  constructor(
    private readonly features: DatasetSchema,
    private readonly encoder: FeatureEncoder,
  ) {
    const scaling = encoder.numeric?.scaling;
    // Indicators of missing numbers are inputs, and nothing to be made again.
    this.scaling = scaling && { ...scaling, indicators: [] };
    this.numbers = scaling?.mean.length ?? 0;
    this.categories = encoder.categorical.length;
    this.width = encoder.categorical.reduce((width, { index }) => width + index.size, this.numbers);
  }

  /** What the outputs should be, rows x width: numbers, of each category a 1 at its code. `data` is aligned. */
  targetsOf(owner: string, data: Dataset): Float32Array {
    const { numbers, width, scaling } = this;
    const out = new Float32Array(data.rows * width);
    if (scaling) {
      const names = this.features.filter(({ kind }) => kind !== "categorical").map(({ name }) => name);
      const block = denseFeatures(owner, data.selectFeatures(names), { missing: true }).data;
      const values = applyScaling(scaling, block);
      for (let at = 0; at < values.length; at++)
        out[Math.floor(at / numbers) * width + (at % numbers)] = Number.isNaN(block[at])
          ? missing
          : values[at];
    }
    let start = numbers;
    for (const { name, index } of this.encoder.categorical) {
      const { codes, categories } = data.column(name, "categorical");
      index.codesOf(codes, categories).forEach((code, row) => (out[row * width + start + code] = 1));
      start += index.size;
    }
    return out;
  }

  /** By row the squared errors of numbers that are there, times `share`, and the cross entropies of categories, summed. */
  errors(outputs: Tensor, targets: Tensor, share: number): Tensor {
    const rows = outputs.shape[0];
    const part = (x: Tensor, from: number, size: number): Tensor => slice(x, [0, from], [rows, size]);
    const terms: Tensor[] = [];
    if (this.numbers > 0) {
      const wanted = part(targets, 0, this.numbers);
      const there = cast(less(wanted, missing / 2), "float32");
      const off = mul(sub(part(outputs, 0, this.numbers), wanted), there);
      terms.push(mul(sum(square(off), 1), share));
    }
    let start = this.numbers;
    for (const { index } of this.encoder.categorical) {
      const logs = logSoftmax(part(outputs, start, index.size));
      terms.push(neg(sum(mul(part(targets, start, index.size), logs), 1)));
      start += index.size;
    }
    return terms.reduce((total, term) => add(total, term));
  }

  /** The feature columns that outputs stand for: numbers in their own units, of each category the likeliest. */
  columnsOf(outputs: Matrix): Record<string, Column> {
    const columns: Record<string, Column> = {};
    const { numbers, width } = this;
    let at = 0;
    let start = numbers;
    let column = 0;
    for (const feature of this.features) {
      if (feature.kind === "categorical") {
        const { index } = this.encoder.categorical[column++];
        columns[feature.name] = {
          kind: "categorical",
          codes: likeliest(outputs, start, index.size),
          categories: index.categories,
        };
        start += index.size;
        continue;
      }
      const size = feature.kind === "tensor" ? tensorWidth(feature.shape) : 1;
      const values = new Float64Array(outputs.rows * size);
      for (let i = 0; i < values.length; i++) {
        const from = at + (i % size);
        const output = outputs.data[Math.floor(i / size) * width + from];
        values[i] = output * this.scaling!.scale[from] + this.scaling!.mean[from];
      }
      columns[feature.name] =
        feature.kind === "tensor"
          ? { kind: "tensor", values, shape: feature.shape, ...(feature.names && { names: feature.names }) }
          : { kind: "numeric", values };
      at += size;
    }
    return columns;
  }
}

/** Codes of a column's own dictionary, -1 where a category is likeliest to be missing; nobody knows an unseen one. */
function likeliest(outputs: Matrix, start: number, size: number): Int32Array {
  return Int32Array.from({ length: outputs.rows }, (_, i) => {
    const known = outputs.row(i).subarray(start + MISSING, start + size);
    return known.indexOf(Math.max(...known)) - (RESERVED_CODES - MISSING);
  });
}
