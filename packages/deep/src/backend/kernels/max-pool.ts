import type { TensorInfo } from "../tensors.js";
import type { HostKernel } from "./host-kernel.js";

export const MAX_OVER_STEPS = "StrataMaxOverSteps";
export const MAX_OVER_STEPS_GRADIENT = "StrataMaxOverStepsGradient";

/**
 * Largest value of each unit over the steps that the mask leaves: rows x steps x units and rows x steps to
 * rows x units, with the step it came from (-1 for a row without steps, whose maximum is 0).
 */
export const maxOverStepsKernel: HostKernel = {
  name: MAX_OVER_STEPS,
  run(memory, { x, mask }): TensorInfo[] {
    const [rows, steps, units] = x.shape;
    const out = memory.create([rows, units], "float32");
    const from = memory.create([rows, units], "int32");
    if (memory.native) {
      const [values, real, best, at] = [x, mask, out, from].map((info) => memory.address(info));
      memory.native.maxOverSteps(...([values, real, best, at, rows, steps, units] as const));
      return [out, from];
    }
    const [best, at] = [memory.floats(out), memory.ints(from)];
    const [values, real] = [memory.floats(x), memory.floats(mask)];
    for (let b = 0; b < rows; b++) {
      const to = b * units;
      let any = false;
      for (let t = 0; t < steps; t++) {
        if (real[b * steps + t] === 0) continue;
        const source = (b * steps + t) * units;
        if (any) {
          for (let j = 0; j < units; j++) {
            if (values[source + j] > best[to + j]) {
              best[to + j] = values[source + j];
              at[to + j] = t;
            }
          }
        } else {
          for (let j = 0; j < units; j++) {
            best[to + j] = values[source + j];
            at[to + j] = t;
          }
          any = true;
        }
      }
      if (!any) {
        best.fill(0, to, to + units);
        at.fill(-1, to, to + units);
      }
    }
    return [out, from];
  },
};

/** Sends each unit's gradient back to the step that its maximum came from. */
export const maxOverStepsGradientKernel: HostKernel = {
  name: MAX_OVER_STEPS_GRADIENT,
  run(memory, { dy, from }, attrs): TensorInfo {
    const steps = attrs.steps as number;
    const [rows, units] = dy.shape;
    const out = memory.create([rows, steps, units], "float32", "zero");
    const [to, gradient, at] = [memory.floats(out), memory.floats(dy), memory.ints(from)];
    for (let b = 0; b < rows; b++) {
      for (let j = 0; j < units; j++) {
        const t = at[b * units + j];
        if (t >= 0) to[(b * steps + t) * units + j] = gradient[b * units + j];
      }
    }
    return out;
  },
};
