import { Random } from "@strata-ml/core";
import type { Network } from "../network/network.js";
import type { Feeds } from "../preprocessing/feed.js";
import type { RowLoss } from "../training/losses/row-loss.js";
import { trainStep } from "../training/train-step.js";
import { disposeState, readWeights, startState } from "../training/training-state.js";
import { taken } from "./taken.js";

/** The loss of one batch at given weights, and its gradient for each, as training computes them. */
export async function stepGradients(
  network: Network,
  {
    loss,
    feeds,
    targets,
    outputs,
    rows,
    weights,
    random = () => new Random(0),
  }: {
    readonly loss: RowLoss;
    readonly feeds: Feeds;
    readonly targets: Float32Array;
    readonly outputs: number;
    readonly rows: number;
    /** By full name, row-major. */
    readonly weights: Readonly<Record<string, ArrayLike<number>>>;
    readonly random?: (layer: string) => Random;
  },
): Promise<{ readonly loss: number; readonly gradients: ReadonlyMap<string, Float32Array> }> {
  const { layout } = network;
  const first = new Float32Array(layout.size);
  const views = layout.views(first);
  for (const [name, values] of Object.entries(weights)) views.get(name)!.set(values);
  const optimizer = { name: "sgd", momentum: 0, nesterov: false } as const;
  const state = startState(layout, first, optimizer);
  const offset = new Float32Array(outputs);
  const settings = { optimizer, weightDecay: 0, loss, clipNorm: null, clipValue: null, offset };
  const batches = [{ feeds, targets, weights: new Float32Array(rows).fill(1) }];
  const next = trainStep(network, settings, state, { batches, learningRate: 1, random });
  disposeState(state, next.state);
  const moved = await readWeights(layout, next.state);
  const [[value]] = await taken([next.loss]);
  disposeState(next.state);
  return { loss: value, gradients: layout.views(moved.map((weight, i) => first[i] - weight)) };
}
