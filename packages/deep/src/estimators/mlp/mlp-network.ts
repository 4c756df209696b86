import { type Dataset, type DatasetSchema, denseFeatures, featureWidth } from "@strata-ml/core";
import { ops, type Tensor } from "../../custom/ops.js";
import type { NetworkDefinition } from "../../network/define-network.js";
import { uniformInitializer } from "../../network/initializer.js";
import type { Network } from "../../network/network.js";
import type { NetworkBuilder } from "../../network/network-builder.js";
import type { Vector } from "../../network/node.js";
import type { EncodedInput } from "../../preprocessing/feed.js";
import { FeatureEncoder } from "../../preprocessing/feature-encoder.js";
import { NumericEncoder } from "../../preprocessing/numeric-encoder.js";
import type { MlpParams } from "./mlp-params.js";

const activations: Readonly<Record<MlpParams["activation"], (x: Tensor) => Tensor>> = {
  identity: (x) => x,
  logistic: ops.sigmoid,
  tanh: ops.tanh,
  relu: ops.relu,
};

/** Dense layers over the numbers as they come: `hidden1`, `hidden2`, ... and `output`, weights first drawn as in scikit-learn. */
export function mlpNetwork({ hiddenLayerSizes, activation, alpha }: MlpParams): NetworkDefinition {
  // Glorot and Bengio (2010), whose bound is wider for activations around 0.
  const factor = activation === "logistic" ? 2 : 6;
  const layer = (n: NetworkBuilder, name: string, input: Vector, units: number, hidden: boolean): Vector => {
    const initializer = uniformInitializer(Math.sqrt(factor / (input.width + units)));
    return n.layer(name, [input], {
      kind: "vector",
      width: units,
      weights: {
        kernel: { shape: [input.width, units], initializer },
        bias: { shape: [units], initializer },
      },
      run: ([x], { weights: { kernel, bias }, training, addLoss }) => {
        // A part of the sum over the batch, so that the penalty counts less the more rows there are.
        if (training) addLoss(ops.mul(ops.sum(ops.square(kernel)), alpha / 2 / x.shape[0]));
        const sums = ops.add(ops.matMul(x, kernel), bias);
        return hidden ? activations[activation](sums) : sums;
      },
    });
  };
  return {
    name: "mlp",
    build: (n) => {
      const last = hiddenLayerSizes.reduce(
        (before, units, i) => layer(n, `hidden${i + 1}`, before, units, true),
        n.inputs.numeric!,
      );
      return layer(n, "output", last, n.outputs, false);
    },
  };
}

/** Names of the weights that the penalty counts. */
export function mlpKernels({ layout }: Network): readonly string[] {
  return layout.weights.map(({ name }) => name).filter((name) => name.endsWith(".kernel"));
}

/** Numbers as they come, none missing. */
class PlainNumbers extends NumericEncoder {
  override encode(owner: string, data: Dataset): EncodedInput {
    // Throws for a missing one.
    denseFeatures(owner, data);
    return super.encode(owner, data);
  }
}

/** Preprocessing that leaves numbers as they are, but for those beyond a million either way, which count as that. */
export function plainEncoder(features: DatasetSchema): FeatureEncoder {
  const width = featureWidth(features);
  const scaling = { mean: new Float64Array(width), scale: new Float64Array(width).fill(1), indicators: [] };
  return new FeatureEncoder(new PlainNumbers(scaling), [], [], []);
}
