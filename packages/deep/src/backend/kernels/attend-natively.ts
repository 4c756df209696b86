import type { TensorInfo } from "../tensors.js";
import type { AttentionSizes } from "./attention.js";
import type { HostMemory } from "./host-memory.js";

type Held<K extends string> = Readonly<Record<K, TensorInfo>> & { readonly kept: TensorInfo | undefined };

/** Attention by the compiled kernel: means of values, and the shares. */
export function attendNatively(
  memory: HostMemory,
  { kept, ...given }: Held<"query" | "key" | "value" | "mask">,
  sizes: AttentionSizes,
): TensorInfo[] {
  const { rows, heads, queries, keys, causal } = sizes;
  const [width, units] = [given.query.shape[2] / heads, given.value.shape[2] / heads];
  const shares = memory.create([rows, heads, queries, keys], "float32");
  const out = memory.create([rows, queries, heads * units], "float32");
  const { scaled, scratch } = roomFor(memory, queries * keys);
  const [query, key, value, mask] = [given.query, given.key, given.value, given.mask].map((info) =>
    memory.address(info),
  );
  memory.native!.attention(
    ...([query, key, value, mask, kept ? memory.address(kept) : 0] as const),
    ...([memory.address(out), memory.address(shares), rows, heads, queries, keys, width, units] as const),
    ...([causal ? 1 : 0, scaled, scratch] as const),
  );
  return [out, shares];
}

/** The gradient likewise, into outputs that are zeros before. */
export function attendGradientNatively(
  memory: HostMemory,
  { kept, ...given }: Held<"dy" | "query" | "key" | "value" | "shares" | "mask">,
  outputs: readonly [query: TensorInfo, key: TensorInfo, value: TensorInfo],
  { rows, heads, queries, keys }: AttentionSizes,
): void {
  const [width, units] = [given.query.shape[2] / heads, given.value.shape[2] / heads];
  const { scaled, scratch } = roomFor(memory, 2 * queries * keys);
  const { dy, query, key, value, shares, mask } = given;
  const [from, q, k, v, s, m] = [dy, query, key, value, shares, mask].map((info) => memory.address(info));
  const [dQuery, dKey, dValue] = outputs.map((info) => memory.address(info));
  memory.native!.attentionGradient(
    ...([from, q, k, v, s, m, kept ? memory.address(kept) : 0, dQuery, dKey, dValue] as const),
    ...([rows, heads, queries, keys, width, units, scaled, scratch] as const),
  );
}

/** Room for some numbers, and for what a product needs. */
function roomFor(memory: HostMemory, numbers: number): { readonly scaled: number; readonly scratch: number } {
  const bytes = memory.native!.multiplyScratch();
  const scratch = memory.scratch(bytes + 4 * numbers);
  return { scaled: scratch + bytes, scratch };
}
