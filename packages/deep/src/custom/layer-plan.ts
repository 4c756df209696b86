import { type Random, StrataError } from "@strata-ml/core";
import type { Tensor as HeldTensor } from "../backend/tensors.js";
import type { Graph } from "../network/graph.js";
import { type Initializer, zerosInitializer } from "../network/initializer.js";
import type { Node, Value } from "../network/node.js";
import type { Tensor } from "./ops.js";

/** A weight of a layer of your own. */
export interface WeightPlan {
  readonly shape: readonly number[];
  /** Its first values; default zeros. */
  readonly initializer?: Initializer;
  /** Whether weight decay pulls on it; default false. */
  readonly decays?: boolean;
}

/** What a layer computes with, besides its inputs. */
export interface LayerContext<W extends string> {
  readonly weights: Readonly<Record<W, Tensor>>;
  /** Of inputs that are steps: rows x steps, 1 for a real step; undefined of others. */
  readonly masks: readonly (Tensor | undefined)[];
  readonly training: boolean;
  /** Adds to the loss of the batch's rows: a number for each of them, or one for all. Validation losses have it, too. */
  readonly addLoss: (term: Tensor) => void;
  /** Random numbers of this layer in this training step, the same in every run with the same seed. Not there in prediction. */
  readonly random: Random | undefined;
}

/** A layer of your own: the shape of what it gives, its weights, and how they make it. */
export interface LayerPlan<K extends "vector" | "steps", W extends string> {
  /** A vector a row (rows x width), or one a step (rows x steps x width, the steps of its first input with steps). */
  readonly kind: K;
  readonly width: number;
  readonly weights?: Readonly<Record<W, WeightPlan>>;
  /** A pure function of its inputs: nothing may be kept from one call to the next. */
  readonly run: (inputs: readonly Tensor[], context: LayerContext<W>) => Tensor;
}

/** Adds a layer of one's own to a network; throws {@link StrataError} in a pass where what it gives has another shape. */
export function plannedLayer<K extends "vector" | "steps", W extends string>(
  graph: Graph,
  name: string,
  inputs: readonly Node[],
  plan: LayerPlan<K, W>,
): Node<K> {
  const { kind, width, weights = {} as Readonly<Record<W, WeightPlan>>, run } = plan;
  const names = Object.entries<WeightPlan>(weights).map(
    ([weight, { shape, initializer = zerosInitializer, decays = false }]) =>
      [weight, graph.weight(name, weight, shape, initializer, { decays })] as const,
  );
  return graph.layer("layer", name, kind, width, inputs, (values, pass) => {
    const context = {
      weights: Object.fromEntries(names.map(([weight, full]) => [weight, pass.weight(full)])),
      masks: values.map(({ mask }) => mask),
      training: pass.training,
      addLoss: (term: HeldTensor) => pass.addLoss(term),
      random: pass.training ? pass.random(name) : undefined,
    } as unknown as LayerContext<W>;
    const out = run(
      values.map(({ tensor }) => tensor),
      context,
    ) as HeldTensor;
    const mask = kind === "steps" ? values.find((value) => value.mask)?.mask : undefined;
    const expected = shapeOf(values, mask, width);
    if (out.shape.join() !== expected.join())
      throw new StrataError(
        graph.owner,
        `layer '${name}': run must give ${expected.join(" x ")} numbers, received ${out.shape.join(" x ")}`,
      );
    return { tensor: out, ...(mask && { mask }) };
  });
}

function shapeOf([first]: readonly Value[], mask: HeldTensor | undefined, width: number): number[] {
  return mask === undefined ? [first.tensor.shape[0], width] : [...mask.shape, width];
}
