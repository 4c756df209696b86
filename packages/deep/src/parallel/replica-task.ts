import { listNames, ParamError, StrataError } from "@strata-ml/core";
import type { BackendName } from "../backend/select-backend.js";
import type { LossDefinition } from "../custom/define-loss.js";
import { findTrainStep, type TrainStepDefinition } from "../custom/define-train-step.js";
import type { NetworkDefinition } from "../network/define-network.js";
import type { InputLayout } from "../network/network-inputs.js";
import { findNetwork, isOurNetwork } from "../network/network-list.js";
import { Network, type Outputs } from "../network/network.js";
import type { NetworkSettings } from "../network/network-settings.js";
import { findPreprocessed, type PreprocessedInputs } from "../preprocessing/preprocessed-columns.js";
import { type LossPlan, ownLossNames, plannedLoss } from "../training/losses/loss-plan.js";
import type { StepGradientSettings } from "../training/train-step.js";

/** What a network and its loss are made from again in a worker thread: data alone, functions by name. */
export interface ReplicaTask {
  readonly owner: string;
  readonly backend: BackendName;
  readonly modules: readonly string[];
  readonly network: string;
  readonly settings: NetworkSettings;
  readonly inputs: Omit<InputLayout, "preprocess">;
  readonly preprocessed: PreprocessedInputs;
  readonly outputs: Outputs;
  readonly loss: LossPlan;
  readonly trainStep: string | null;
  readonly offset: Float32Array;
}

/** What a worker thread is started with. */
export interface ReplicaStart extends ReplicaTask {
  /** All weights of the network that is trained, by which the one made here is told to be the same. */
  readonly weightShapes: string;
  /** Milliseconds for which a thread looks for what comes before it sleeps. */
  readonly spin: number;
  /** Words of this replica, see `words`. */
  readonly control: SharedArrayBuffer;
  /** All weights, which every replica reads. */
  readonly weights: SharedArrayBuffer;
  /** What this replica gives: its loss, its gradient, its running statistics. */
  readonly results: SharedArrayBuffer;
}

/** Definitions of one's own, as an error names them, and the member that tells them among a module's exports. */
const members = { network: "build", loss: "rows", "training step": "run" } as const;
type Kind = keyof typeof members;

/** Names of the definitions that modules must export. */
function ownNames({ network, loss, trainStep }: ReplicaTask): readonly (readonly [Kind, string])[] {
  return [
    ...(isOurNetwork(network) ? [] : [["network", network] as const]),
    ...ownLossNames(loss).map((name) => ["loss", name] as const),
    ...(trainStep === null ? [] : [["training step", trainStep] as const]),
  ];
}

/** Throws {@link ParamError} where definitions of one's own would have to come from modules, and there are none. */
export function requireModules(task: ReplicaTask): void {
  const [first] = ownNames(task);
  if (first !== undefined && task.modules.length === 0)
    throw new ParamError(
      task.owner,
      `strategy: a worker thread must find ${first[0]} '${first[1]}' in a module, received none: mirrored({ replicas, modules: [new URL("./my-definitions.js", import.meta.url)] })`,
    );
}

/** The network of a task and the settings of its gradient, with what its modules export. */
export async function madeAgain(task: ReplicaTask): Promise<{
  readonly network: Network;
  readonly settings: StepGradientSettings;
}> {
  const { owner, outputs, offset } = task;
  const inputs: InputLayout = {
    ...task.inputs,
    preprocess: (network, request) => findPreprocessed(task.preprocessed, network, request),
  };
  const exported = await exportedBy(task.modules);
  for (const [kind, name] of ownNames(task)) {
    const names = exported[kind].map((definition) => definition.name);
    if (!names.includes(name))
      throw new ParamError(
        owner,
        `strategy: the modules must export ${kind} '${name}', received ${names.length > 0 ? listNames(names, 20) : `no ${kind}`}`,
      );
  }
  const definition = findNetwork(owner, task.network, { networks: exported.network });
  return {
    network: Network.build(definition, inputs, outputs, task.settings),
    settings: {
      loss: plannedLoss(owner, task.loss, exported.loss),
      own: findTrainStep(owner, task.trainStep, exported["training step"]),
      offset,
    },
  };
}

/** The weights of a network with their shapes, as text. */
export function weightShapes({ layout }: Network): string {
  return layout.weights.map(({ name, shape }) => `${name} (${shape.join(" x ")})`).join(", ");
}

/** Throws {@link StrataError} where a network of that name is another one here. */
export function requireSameWeights(network: Network, expected: string): void {
  const got = weightShapes(network);
  if (got !== expected)
    throw new StrataError(
      network.owner,
      `the module must build the network that is trained, of weights ${expected}, received ${got}`,
    );
}

interface Exported extends Record<Kind, readonly { readonly name: string }[]> {
  readonly network: readonly NetworkDefinition[];
  readonly loss: readonly LossDefinition[];
  readonly "training step": readonly TrainStepDefinition[];
}

/** The definitions among the exports of modules, and in lists that they export. */
async function exportedBy(modules: readonly string[]): Promise<Exported> {
  const values = new Set<unknown>();
  for (const module of modules) {
    const exported = (await import(module)) as Record<string, unknown>;
    for (const value of Object.values(exported).flat()) values.add(value);
  }
  const found = Object.entries(members).map(([kind, member]) => [
    kind,
    [...values].filter((value) => isDefinition(value, member)),
  ]);
  return Object.fromEntries(found) as Exported;
}

function isDefinition(value: unknown, member: string): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { name, [member]: make } = value as Record<string, unknown>;
  return typeof name === "string" && typeof make === "function";
}
