import type { NamedAttrMap, TensorInfo } from "../tensors.js";
import type { HostMemory } from "./host-memory.js";

type Held<K extends string> = Readonly<Record<K, TensorInfo>>;

/** {@link lstmKernel} by the compiled kernel, which takes units by fours. */
export function lstmNatively(
  memory: HostMemory,
  { x, recurrent, mask }: Held<"x" | "recurrent" | "mask">,
  attrs: NamedAttrMap,
): TensorInfo[] {
  const [steps, rows, width] = x.shape;
  const units = width / 4;
  const [last, cell] = [0, 1].map(() => memory.create([rows, units], "float32"));
  const [states, cells, tanhs] = [0, 1, 2].map(() => memory.create([steps, rows, units], "float32"));
  const gates = memory.create([steps, rows, width], "float32");
  const all = attrs.sequences ? memory.create([steps, rows, units], "float32") : undefined;
  const scratch = memory.scratch(memory.native!.multiplyScratch());
  const at = (info: TensorInfo): number => memory.address(info);
  memory.native!.lstm(
    ...([at(x), at(recurrent), at(mask), at(last), at(cell)] as const),
    ...([at(states), at(cells), at(tanhs), at(gates), all ? at(all) : 0] as const),
    ...([steps, rows, units, attrs.backwards ? 1 : 0, scratch] as const),
  );
  for (const held of [cell, ...(all ? [last] : [])]) memory.release(held);
  return [all ?? last, states, cells, tanhs, gates];
}

/** {@link lstmGradientKernel} likewise. */
export function lstmGradientNatively(
  memory: HostMemory,
  given: Held<"dy" | "states" | "cells" | "tanhs" | "gates" | "recurrent" | "mask">,
  attrs: NamedAttrMap,
): TensorInfo[] {
  const { dy, states, cells, tanhs, gates, recurrent, mask } = given;
  const [steps, rows, units] = states.shape;
  const dx = memory.create(gates.shape, "float32");
  const dRecurrent = memory.create(recurrent.shape, "float32");
  const [dState, dCell] = [0, 1].map(() => memory.create([rows, units], "float32", "zero"));
  if (!attrs.sequences) memory.floats(dState).set(memory.floats(dy));
  const scratch = memory.scratch(memory.native!.multiplyScratch());
  const at = (info: TensorInfo): number => memory.address(info);
  memory.native!.lstmGradient(
    ...([attrs.sequences ? at(dy) : 0, at(states), at(cells), at(tanhs), at(gates)] as const),
    ...([at(recurrent), at(mask), at(dState), at(dCell), at(dx), at(dRecurrent)] as const),
    ...([steps, rows, units, attrs.backwards ? 1 : 0, scratch] as const),
  );
  for (const held of [dState, dCell]) memory.release(held);
  return [dx, dRecurrent];
}
