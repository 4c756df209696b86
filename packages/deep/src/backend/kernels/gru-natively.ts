import type { NamedAttrMap, TensorInfo } from "../tensors.js";
import type { HostMemory } from "./host-memory.js";

type Held<K extends string> = Readonly<Record<K, TensorInfo>>;

/** {@link gruKernel} by the compiled kernel, which takes units by fours. */
export function gruNatively(
  memory: HostMemory,
  given: Held<"x" | "recurrent" | "bias" | "recurrentBias" | "mask">,
  attrs: NamedAttrMap,
): TensorInfo[] {
  const { x, recurrent, bias, recurrentBias, mask } = given;
  const [steps, rows, width] = x.shape;
  const units = width / 3;
  const last = memory.create([rows, units], "float32");
  const states = memory.create([steps, rows, units], "float32");
  const gates = memory.create([steps, rows, 4 * units], "float32");
  const all = attrs.sequences ? memory.create([steps, rows, units], "float32") : undefined;
  const bytes = memory.native!.multiplyScratch();
  const scratch = memory.scratch(bytes + 4 * rows * width);
  const at = (info: TensorInfo): number => memory.address(info);
  memory.native!.gru(
    ...([at(x), at(recurrent), at(bias), at(recurrentBias), at(mask)] as const),
    ...([at(last), at(states), at(gates), all ? at(all) : 0] as const),
    ...([steps, rows, units, attrs.backwards ? 1 : 0, scratch + bytes, scratch] as const),
  );
  if (all) memory.release(last);
  return [all ?? last, states, gates];
}

/** {@link gruGradientKernel} likewise. */
export function gruGradientNatively(
  memory: HostMemory,
  { dy, states, gates, recurrent, mask }: Held<"dy" | "states" | "gates" | "recurrent" | "mask">,
  attrs: NamedAttrMap,
): TensorInfo[] {
  const [steps, rows, units] = states.shape;
  const block = [steps, rows, 3 * units];
  const [dx, dProducts] = [0, 1].map(() => memory.create(block, "float32"));
  const dRecurrent = memory.create(recurrent.shape, "float32");
  const [dBias, dRecurrentBias] = [0, 1].map(() => memory.create([3 * units], "float32"));
  const dState = memory.create([rows, units], "float32", "zero");
  if (!attrs.sequences) memory.floats(dState).set(memory.floats(dy));
  const bytes = memory.native!.multiplyScratch();
  const scratch = memory.scratch(bytes + 48 * units);
  const at = (info: TensorInfo): number => memory.address(info);
  memory.native!.gruGradient(
    ...([attrs.sequences ? at(dy) : 0, at(states), at(gates), at(recurrent), at(mask)] as const),
    ...([at(dState), at(dx), at(dRecurrent), at(dBias), at(dRecurrentBias)] as const),
    ...([steps, rows, units, attrs.backwards ? 1 : 0, at(dProducts), scratch + bytes, scratch] as const),
  );
  for (const held of [dState, dProducts]) memory.release(held);
  return [dx, dRecurrent, dBias, dRecurrentBias];
}
