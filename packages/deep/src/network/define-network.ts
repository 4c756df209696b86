import { describe, ParamError } from "@strata-ml/core";
import type { NetworkBuilder } from "./network-builder.js";
import type { NetworkSettings } from "./network-settings.js";
import type { Vector } from "./node.js";

/** A network's plan under a name. An artifact holds the name and the weights, never the plan. */
export interface NetworkDefinition {
  readonly name: string;
  /** `settings` are the estimator's params that shape the network; a plan may use or ignore them. */
  readonly build: (
    network: NetworkBuilder,
    settings: NetworkSettings,
  ) => Vector | Readonly<Record<string, Vector>>;
}

/**
 * A network of your own, for {@link NeuralClassifier}, {@link NeuralRegressor} and {@link NeuralMultiTask}. `build` gets the inputs
 * and the layers and gives the output: a vector of `network.outputs` numbers before any sigmoid or softmax, or of several
 * heads a record of one vector each, of the widths in `network.heads`. It must build the
 * same network each time it is called: twice in fit, the first time to learn what it asks of its inputs, and again when a model is
 * loaded.
 *
 * @throws ParamError for an empty name.
 * @example
 * const wide = defineNetwork("wide", (n) => {
 *   const place = n.embedding("place", n.inputs.categoricalColumn("country"), { units: 4 });
 *   const hidden = n.dense("hidden", n.concat([n.inputs.numeric!, place]), { units: 256, activation: "relu" });
 *   return n.dense("output", n.dropout("drop", hidden, { rate: 0.3 }), { units: n.outputs });
 * });
 * const estimator = new NeuralClassifier({ network: "wide" }, { networks: [wide] });
 */
export function defineNetwork(name: string, build: NetworkDefinition["build"]): NetworkDefinition {
  if (typeof name !== "string" || name === "")
    throw new ParamError(
      "defineNetwork",
      `name must be a string that is not empty, received ${describe(name)}`,
    );
  return { name, build };
}
