import type { TensorInfo } from "../tensors.js";
import type { HostMemory } from "./host-memory.js";
import type { StandardiseAttributes } from "./standardise.js";

/** Numbers of one block that belong together: runs of neighbours, columns, or neither. */
function layoutOf({ outer, places, members }: StandardiseAttributes): "runs" | "columns" | undefined {
  if (places === 1) return "runs";
  return outer === 1 && members === 1 ? "columns" : undefined;
}

/** Standardises by the compiled kernels; false where there are none for this layout. */
export function standardiseNatively(
  memory: HostMemory,
  attrs: StandardiseAttributes,
  x: TensorInfo,
  outputs: readonly TensorInfo[],
): boolean {
  const { native } = memory;
  const layout = layoutOf(attrs);
  if (native === undefined || layout === undefined) return false;
  const { outer, places, groups, members, epsilon } = attrs;
  const centred = attrs.centred ? 1 : 0;
  const scratch = layout === "columns" ? memory.create([3 * groups], "float32") : undefined;
  const [z, means, variances] = outputs.map((info) => memory.address(info));
  const from = memory.address(x);
  if (scratch === undefined)
    native.standardiseRuns(from, z, outer * groups, members, epsilon, centred, means, variances);
  else {
    const sums = memory.address(scratch);
    const scales = sums + 8 * groups;
    native.standardiseColumns(
      ...([from, z, places, groups, epsilon, centred, means, variances, scales, sums] as const),
    );
    memory.release(scratch);
  }
  return true;
}

/** The gradient likewise. */
export function standardiseGradientNatively(
  memory: HostMemory,
  attrs: StandardiseAttributes,
  given: Readonly<Record<"dy" | "z" | "variance", TensorInfo>>,
  out: TensorInfo,
): boolean {
  const { native } = memory;
  const layout = layoutOf(attrs);
  if (native === undefined || layout === undefined) return false;
  const { outer, places, groups, members, epsilon } = attrs;
  const centred = attrs.centred ? 1 : 0;
  const scratch = layout === "columns" ? memory.create([7 * groups], "float32") : undefined;
  const [dy, z, variances, dx] = [given.dy, given.z, given.variance, out].map((info) => memory.address(info));
  if (scratch === undefined)
    native.standardiseRunsGradient(dy, z, variances, outer * groups, members, epsilon, centred, dx);
  else {
    const sums = memory.address(scratch);
    const factors = sums + 16 * groups;
    native.standardiseColumnsGradient(
      ...([dy, z, variances, places, groups, epsilon, centred, dx, factors, sums] as const),
    );
    memory.release(scratch);
  }
  return true;
}
