import type { NamedAttrMap, TensorInfo } from "../tensors.js";
import type { HostKernel } from "./host-kernel.js";
import type { HostMemory } from "./host-memory.js";
import { attendGradientNatively, attendNatively } from "./attend-natively.js";
import { type Placed, smallProduct } from "./small-product.js";

export const ATTENTION = "StrataAttention";
export const ATTENTION_GRADIENT = "StrataAttentionGradient";

/** The score of a key that must not be looked at: its share comes out as zero. */
const hidden = -1e30;

export interface AttentionSizes {
  readonly rows: number;
  readonly heads: number;
  readonly queries: number;
  readonly keys: number;
  readonly causal: boolean;
}

function sizesOf(query: TensorInfo, key: TensorInfo, attrs: NamedAttrMap): AttentionSizes {
  const [rows, queries] = query.shape;
  return {
    rows,
    heads: attrs.heads as number,
    queries,
    keys: key.shape[1],
    causal: attrs.causal as boolean,
  };
}

/**
 * Calls `visit` for each head of each row, with where its part of a block (rows x steps x (heads width)) and its shares
 * lie, and with how many keys there are up to the last real one: padding behind it costs nothing.
 */
function forEachHead(
  memory: HostMemory,
  mask: TensorInfo,
  { rows, heads, queries, keys }: AttentionSizes,
  visit: (part: (info: TensorInfo) => Placed, shares: (info: TensorInfo) => Placed, reach: number) => void,
): void {
  const real = memory.floats(mask).slice();
  for (let b = 0; b < rows; b++) {
    const reach = real.subarray(b * keys, (b + 1) * keys).lastIndexOf(1) + 1;
    for (let h = 0; h < heads; h++) {
      visit(
        (info) => {
          const [, steps, width] = info.shape;
          const start = b * steps * width + h * (width / heads);
          return { values: memory.floats(info), start, row: width, column: 1 };
        },
        (info) => ({
          values: memory.floats(info),
          start: (b * heads + h) * queries * keys,
          row: keys,
          column: 1,
        }),
        reach,
      );
    }
  }
}

const transposed = ({ values, start, row, column }: Placed): Placed => ({
  values,
  start,
  row: column,
  column: row,
});

/** Writes `value` for every key that a query must not look at. */
function hide(
  memory: HostMemory,
  shares: TensorInfo,
  mask: TensorInfo,
  sizes: AttentionSizes,
  value: number,
): void {
  const { rows, heads, queries, keys, causal } = sizes;
  const [to, real] = [memory.floats(shares), memory.floats(mask)];
  for (let b = 0; b < rows; b++) {
    for (let i = 0, at = b * heads * queries * keys; i < heads * queries; i++, at += keys) {
      const last = causal ? i % queries : keys;
      for (let j = 0; j < keys; j++) if (j > last || real[b * keys + j] === 0) to[at + j] = value;
    }
  }
}

/** shares * kept where a part of the attention is dropped, as a tensor to release; else the shares. */
function used(memory: HostMemory, shares: TensorInfo, kept: TensorInfo | undefined): TensorInfo {
  if (kept === undefined) return shares;
  const out = memory.create(shares.shape, "float32");
  const [to, from, scale] = [out, shares, kept].map((info) => memory.floats(info));
  for (let i = 0; i < to.length; i++) to[i] = from[i] * scale[i];
  return out;
}

/**
 * Attention in several heads (Vaswani et al. 2017): `query` (rows x queries x (heads width), scaled already), `key` (rows x
 * keys x (heads width)) and `value` (rows x keys x (heads units)) to rows x queries x (heads units), by softmax over the
 * keys that the mask (rows x keys) leaves, with `causal` only up to a query's place; zeros where there are none. `kept`
 * (rows x heads x queries x keys), if given, scales the shares. Also gives the shares before that.
 */
export const attentionKernel: HostKernel = {
  name: ATTENTION,
  run(memory, { query, key, value, mask, kept }: Record<string, TensorInfo>, attrs): TensorInfo[] {
    const sizes = sizesOf(query, key, attrs);
    const { rows, heads, queries, keys } = sizes;
    const [width, units] = [query.shape[2] / heads, value.shape[2] / heads];
    if (memory.native) return attendNatively(memory, { query, key, value, mask, kept }, sizes);
    const scores = memory.create([rows, heads, queries, keys], "float32");
    forEachHead(memory, mask, sizes, (part, share, reach) =>
      smallProduct(share(scores), part(query), transposed(part(key)), queries, width, reach),
    );
    hide(memory, scores, mask, sizes, hidden);
    const shares = memory.run("Softmax", { logits: scores }, { dim: 3 });
    hide(memory, shares, mask, sizes, 0);
    memory.release(scores);
    const out = memory.create([rows, queries, heads * units], "float32");
    const scaled = used(memory, shares, kept);
    forEachHead(memory, mask, sizes, (part, share, reach) =>
      smallProduct(part(out), share(scaled), part(value), queries, reach, units),
    );
    if (scaled !== shares) memory.release(scaled);
    return [out, shares];
  },
};

/** Gradient of {@link attentionKernel}'s first output: for query, key and value. */
export const attentionGradientKernel: HostKernel = {
  name: ATTENTION_GRADIENT,
  run(memory, given: Record<string, TensorInfo>, attrs): TensorInfo[] {
    const { dy, query, key, value, mask, shares, kept } = given;
    const sizes = sizesOf(query, key, attrs);
    const { heads, queries, keys } = sizes;
    const [width, units] = [query.shape[2] / heads, value.shape[2] / heads];
    const [dQuery, dKey, dValue] = [query, key, value].map(({ shape }) =>
      memory.create(shape, "float32", "zero"),
    );
    if (memory.native) {
      const outputs = [dQuery, dKey, dValue] as const;
      attendGradientNatively(memory, { dy, query, key, value, shares, mask, kept }, outputs, sizes);
      return [...outputs];
    }
    const dScores = memory.create(shares.shape, "float32", "zero");
    const scaled = used(memory, shares, kept);
    forEachHead(memory, mask, sizes, (part, share, reach) => {
      smallProduct(part(dValue), transposed(share(scaled)), part(dy), reach, queries, units);
      smallProduct(share(dScores), part(dy), transposed(part(value)), queries, units, reach);
    });
    throughSoftmax(memory.floats(dScores), memory.floats(shares), memory.floats(scaled), keys);
    forEachHead(memory, mask, sizes, (part, share, reach) => {
      smallProduct(part(dQuery), share(dScores), part(key), queries, reach, width);
      smallProduct(part(dKey), transposed(share(dScores)), part(query), reach, queries, width);
    });
    memory.release(dScores);
    if (scaled !== shares) memory.release(scaled);
    return [dQuery, dKey, dValue];
  },
};

/**
 * In place: gradients of scores from those of scaled shares. With the scale c of a share p, both are p (c d - total)
 * where total is the sum of p c d over the keys.
 */
function throughSoftmax(d: Float32Array, shares: Float32Array, scaled: Float32Array, keys: number): void {
  for (let from = 0; from < d.length; from += keys) {
    let total = 0;
    for (let i = from; i < from + keys; i++) total += scaled[i] * d[i];
    for (let i = from; i < from + keys; i++) d[i] = scaled[i] * d[i] - shares[i] * total;
  }
}
