import { parseParams } from "@strata-ml/core";
import { z } from "zod";
import { type NumberValues, requireNumbers } from "./column-values.js";
import {
  BaseLayer,
  type FittedLayer,
  type LayerState,
  type PreprocessingLayer,
} from "./preprocessing-layer.js";

const params = z.strictObject({
  scale: z.number().default(1).describe("Multiplies every number"),
  offset: z.number().default(0).describe("Added to every product"),
});

export type RescalingOptions = z.input<typeof params>;

export class Rescaling extends BaseLayer implements PreprocessingLayer<"numbers", "vector"> {
  readonly type = "rescaling";
  readonly takes = "numbers";
  readonly gives = "vector";
  readonly params: z.output<typeof params>;

  constructor(input: RescalingOptions) {
    super();
    this.params = parseParams(this.type, params, input);
  }

  adapt(): LayerState {
    return { numbers: {} };
  }

  fitted(_: LayerState, shape: readonly number[]): FittedLayer {
    const width = shape.reduce((a, b) => a * b, 1);
    const { scale, offset } = this.params;
    return {
      kind: "numbers",
      width,
      run: ({ owner, columns }) => {
        const column = columns[0] as NumberValues;
        requireNumbers(owner, column);
        const values = Float64Array.from(column.values, (value) =>
          Number.isNaN(value) ? 0 : value * scale + offset,
        );
        return { width, values };
      },
    };
  }
}

/**
 * Numbers times a scale plus an offset, as Keras's Rescaling. A missing number becomes 0.
 *
 * @throws ParamError for bad options.
 * @example
 * const network = defineNetwork("pixels", (n) =>
 *   n.dense("output", n.inputs.tensorColumn("pixels", rescaling({ scale: 1 / 255 })), { units: n.outputs }),
 * );
 */
export function rescaling(options: RescalingOptions): Rescaling {
  return new Rescaling(options);
}
