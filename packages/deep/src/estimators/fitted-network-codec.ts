import {
  ArtifactError,
  type DatasetSchema,
  type StoredTensor,
  type TensorData,
  type TensorReader,
} from "@strata-ml/core";
import { z } from "zod";
import type { NetworkDefinition } from "../network/define-network.js";
import { Network, type Outputs } from "../network/network.js";
import type { NetworkSettings } from "../network/network-settings.js";
import { noHistory } from "../training/progress.js";
import { decodeEncoder, encodeEncoder, encoderState } from "./encoder-codec.js";
import { FittedNetwork } from "./fitted-network.js";

const measures = z.array(z.number()).readonly();

export const fittedNetworkState = z.strictObject({
  encoder: encoderState,
  history: z
    .strictObject({
      loss: measures,
      validationLoss: measures,
      learningRate: measures,
      metrics: z.record(z.string(), measures).default({}),
    })
    .default(noHistory),
});
type FittedNetworkState = z.infer<typeof fittedNetworkState>;

/** Artifacts keep "/" for models within models. */
const tensorName = (weight: string): string =>
  `weight:${weight.replaceAll("%", "%25").replaceAll("/", "%2F")}`;

/** A fitted network's preprocessing as JSON, its scales and weights as tensors. */
export function encodeFittedNetwork({ encoder, network, weights, offset, history }: FittedNetwork): {
  readonly state: FittedNetworkState;
  readonly tensors: Readonly<Record<string, TensorData | StoredTensor>>;
} {
  const { state, tensors } = encodeEncoder(encoder);
  const views = network.layout.views(weights);
  const named = network.layout.weights.map(({ name, shape }) => [
    tensorName(name),
    { data: views.get(name)!.slice(), shape },
  ]);
  return {
    state: { encoder: state, history },
    tensors: { ...tensors, offset, ...Object.fromEntries(named) },
  };
}

/** Builds the network again and fills in the weights; throws {@link ArtifactError} where they don't fit it. */
export function decodeFittedNetwork(
  owner: string,
  definition: NetworkDefinition,
  settings: NetworkSettings,
  outputs: Outputs,
  parts: {
    readonly features: DatasetSchema;
    readonly state: FittedNetworkState;
    readonly tensors: TensorReader;
  },
): FittedNetwork {
  const { features, state, tensors } = parts;
  const encoder = decodeEncoder(owner, features, settings, state.encoder, tensors);
  const network = Network.build(definition, encoder.layout, outputs, settings);
  // Sizes are checked one by one before anything as large as their sum is made.
  const read = network.layout.weights.map(({ name, shape, size, offset }) => {
    const stored = tensors.stored(tensorName(name));
    if (stored.shape.length !== shape.length || stored.shape.some((length, axis) => length !== shape[axis])) {
      throw new ArtifactError(
        owner,
        `weight '${name}' must be ${shape.join(" x ")} for ${network.owner}, received ${stored.shape.join(" x ")}`,
      );
    }
    return { values: tensors.float32(tensorName(name), size), offset };
  });
  const weights = new Float32Array(network.layout.size);
  for (const { values, offset } of read) weights.set(values, offset);
  return new FittedNetwork(
    encoder,
    network,
    weights,
    tensors.float32("offset", network.outputs),
    state.history,
  );
}
