import { describe, listNames, ParamError } from "@strata-ml/core";
import type { LossDefinition } from "../custom/define-loss.js";
import type { TrainStepDefinition } from "../custom/define-train-step.js";
import { defaultNetwork } from "./default-network.js";
import type { NetworkDefinition } from "./define-network.js";
import { tabularTransformer } from "./presets/tabular-transformer.js";

/** What a neural estimator takes besides params: networks, losses and training steps of the user's own, which params and artifacts name only. */
export interface NetworkOptions {
  readonly networks?: readonly NetworkDefinition[];
  /** Losses of one's own. */
  readonly losses?: readonly LossDefinition[];
  /** Training steps of one's own. */
  readonly trainSteps?: readonly TrainStepDefinition[];
}

/** The networks that are there without being passed. */
const ours = [defaultNetwork, tabularTransformer];

/** Whether a network of that name is one of the package's own. */
export function isOurNetwork(name: string): boolean {
  return ours.some((network) => network.name === name);
}

/** The network of that name: one of the library, or one that was passed. Throws {@link ParamError} that says what to pass. */
export function findNetwork(
  owner: string,
  name: string,
  { networks = [] }: NetworkOptions,
): NetworkDefinition {
  const all = [...ours, ...networks];
  const names = all.map((network) => network.name);
  if (new Set(names).size < names.length)
    throw new ParamError(owner, `networks must have names of their own, received ${listNames(names, 20)}`);
  const found = all.find((network) => network.name === name);
  if (found === undefined) {
    throw new ParamError(
      owner,
      `network must be one of ${listNames(names, 20)}, received ${describe(name)}: pass its definition, as in new ${owner}(params, { networks: [...] }), or to load a model deepCodecs({ networks: [...] })`,
    );
  }
  return found;
}
