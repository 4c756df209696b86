import { add, concat, div, expandDims, mul, type Tensor } from "../backend/tensors.js";
import type { Graph } from "../network/graph.js";
import type { Steps, Vector } from "../network/node.js";
import { checkActivation } from "./activation.js";
import { checkOneOf } from "./check-option.js";
import { type GruOptions, gruRecurrence } from "./gru.js";
import { type LstmOptions, lstmRecurrence } from "./lstm.js";
import { type Declare, type Recurrence, type Recurrent, rowsFirst, stepsFirst } from "./recurrent.js";
import { type SimpleRnnOptions, simpleRnnRecurrence } from "./simple-rnn.js";

const merges = {
  concat: (a: Tensor, b: Tensor) => concat([a, b], a.shape.length - 1),
  sum: (a: Tensor, b: Tensor) => add(a, b),
  mul: (a: Tensor, b: Tensor) => mul(a, b),
  ave: (a: Tensor, b: Tensor) => div(add(a, b), 2),
} as const;

interface BidirectionalShape<S extends boolean> {
  /** How both directions are joined; default concat. */
  readonly mergeMode?: keyof typeof merges;
  /** Whether to give the states at every step, and not the last of each direction alone; default false. */
  readonly returnSequences?: S;
}

/** Which recurrent layer is taken in both directions, and its options. */
type RecurrentKind =
  | ({ readonly layer: "gru" } & Omit<GruOptions, "returnSequences" | "goBackwards">)
  | ({ readonly layer: "lstm" } & Omit<LstmOptions, "returnSequences" | "goBackwards">)
  | ({ readonly layer: "simpleRnn" } & Omit<SimpleRnnOptions, "returnSequences" | "goBackwards">);

export type BidirectionalOptions<S extends boolean = boolean> = RecurrentKind & BidirectionalShape<S>;

/**
 * A recurrent layer over the steps in both directions (Schuster and Paliwal 1997) as Keras's Bidirectional. At a step,
 * the one direction has seen the steps up to it and the other those from it on; a masked step gives zeros. Weights `forward.*` and
 * `backward.*`, each as the layer alone has them.
 *
 * @throws ParamError for a layer or a merge mode that there is none of.
 */
export function bidirectional<S extends boolean = false>(
  graph: Graph,
  name: string,
  input: Steps,
  options: BidirectionalOptions<S>,
): Recurrent<S> {
  const { units, mergeMode = "concat", returnSequences: sequences = false as S } = options;
  const of = { owner: graph.owner, layer: name };
  checkOneOf(of, "layer", ["gru", "lstm", "simpleRnn"], options.layer);
  checkOneOf(of, "mergeMode", Object.keys(merges), mergeMode);
  if (options.layer === "simpleRnn") checkActivation(of, options.activation ?? "tanh");
  const [forward, backward] = ["forward", "backward"].map((direction) =>
    recurrenceOf(
      (weight, ...rest) => graph.weight(name, `${direction}.${weight}`, ...rest),
      input.width,
      options,
    ),
  );
  const width = mergeMode === "concat" ? 2 * units : units;
  return graph.layer(
    "bidirectional",
    name,
    sequences ? "steps" : "vector",
    width,
    [input],
    ([{ tensor, mask: given }], run) => {
      const [x, mask] = [stepsFirst(tensor), given!];
      const weight = (of: string): Tensor => run.weight(of);
      const [before, after] = [forward, backward].map((recurrence, i) =>
        recurrence(x, mask, weight, { sequences, backwards: i === 1 }),
      );
      const merged = merges[mergeMode](before, after);
      if (!sequences) return { tensor: merged };
      // As Keras's Bidirectional, and unlike one direction alone: a masked step gives zeros.
      return { tensor: mul(rowsFirst(merged), expandDims(mask, 2)), mask };
    },
  ) as Steps | Vector as Recurrent<S>;
}

function recurrenceOf(declare: Declare, width: number, options: RecurrentKind): Recurrence {
  switch (options.layer) {
    case "gru":
      return gruRecurrence(declare, width, options);
    case "lstm":
      return lstmRecurrence(declare, width, options);
    case "simpleRnn":
      return simpleRnnRecurrence(declare, width, options);
  }
}
