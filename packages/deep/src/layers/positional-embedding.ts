import { StrataError } from "@strata-ml/core";
import { add, reshape, slice, type Tensor, tensor } from "../backend/tensors.js";
import { type Graph, unnamed } from "../network/graph.js";
import { type Initializer, uniformInitializer } from "../network/initializer.js";
import type { Steps } from "../network/node.js";
import { checkWhole, refuse } from "./check-option.js";

export interface PositionalEmbeddingOptions {
  /** The most steps that a row may have. */
  readonly maxSteps: number;
  /** Default uniform within ±0.05. */
  readonly initializer?: Initializer;
}

/**
 * Adds a learned vector to each step, by its place from the start (Gehring et al. 2017). Weight `positions` (max steps x
 * width). Rows with more steps are refused when they come.
 *
 * @throws ParamError where `maxSteps` is no whole number >= 1.
 */
export function positionalEmbedding(
  graph: Graph,
  name: string,
  input: Steps,
  { maxSteps, initializer = uniformInitializer(0.05) }: PositionalEmbeddingOptions,
): Steps {
  checkWhole({ owner: graph.owner, layer: name }, "maxSteps", maxSteps);
  const table = graph.weight(name, "positions", [maxSteps, input.width], initializer, { decays: true });
  return graph.layer("positionalEmbedding", name, "steps", input.width, [input], ([value], run) => {
    const steps = value.tensor.shape[1]!;
    if (steps > maxSteps) {
      throw new StrataError(
        graph.owner,
        `layer '${name}': a row must have at most ${maxSteps} steps, received ${steps}`,
      );
    }
    return { ...value, tensor: added(value.tensor, slice(run.weight(table), [0, 0], [steps, input.width])) };
  });
}

export interface SinusoidalPositionsOptions {
  /** The longest wave, in steps over 2 pi; default 10000. */
  readonly maxWavelength?: number;
}

/**
 * Adds sines and cosines of each step's place from the start (Vaswani et al. 2017): units 2i and 2i + 1 are sine and
 * cosine of place / maxWavelength^(2i / width).
 *
 * @throws ParamError for a wavelength that is not above 0.
 */
export function sinusoidalPositions(
  owner: string,
  input: Steps,
  { maxWavelength = 10_000 }: SinusoidalPositionsOptions = {},
): Steps {
  if (!(maxWavelength > 0))
    refuse({ owner, layer: "sinusoidalPositions" }, "maxWavelength", "> 0", maxWavelength);
  const { width } = input;
  return unnamed("steps", width, [input], ([value]) => {
    const steps = value.tensor.shape[1]!;
    const waves = Float32Array.from({ length: steps * width }, (_, i) => {
      const [place, unit] = [Math.floor(i / width), i % width];
      const angle = place / maxWavelength ** ((unit - (unit % 2)) / width);
      return unit % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
    });
    return { ...value, tensor: added(value.tensor, tensor(waves, [steps, width])) };
  });
}

/** Positions (steps x width) added to each row. */
function added(x: Tensor, positions: Tensor): Tensor {
  return add(x, reshape(positions, [1, ...positions.shape]));
}
