import { LEAF } from "../tree/tree.js";
import { BoostedTrees } from "./predictor.js";

/** The trees of several iterations after one another; at least one iteration. */
export function concatTrees(parts: readonly BoostedTrees[]): BoostedTrees {
  const nodes = parts.map((part) => part.nodes);
  const firstNode = offsets(nodes.map(({ feature }) => feature.length));
  const firstWord = offsets(nodes.map(({ bitsets }) => bitsets.length));
  return new BoostedTrees(
    {
      roots: join(
        moved(
          nodes.map((part) => part.roots),
          firstNode,
        ),
      ),
      feature: join(nodes.map((part) => part.feature)),
      threshold: join(nodes.map((part) => part.threshold)),
      left: join(
        moved(
          nodes.map((part) => part.left),
          firstNode,
        ),
      ),
      right: join(
        moved(
          nodes.map((part) => part.right),
          firstNode,
        ),
      ),
      missingLeft: join(nodes.map((part) => part.missingLeft)),
      value: join(nodes.map((part) => part.value)),
      gain: join(nodes.map((part) => part.gain)),
      count: join(nodes.map((part) => part.count)),
      bitsetAt: join(
        moved(
          nodes.map((part) => part.bitsetAt),
          firstWord,
        ),
      ),
      bitsets: join(nodes.map((part) => part.bitsets)),
    },
    parts[0].perIteration,
  );
}

/** Where each part begins when parts of these lengths follow one another. */
function offsets(lengths: readonly number[]): number[] {
  let at = 0;
  return lengths.map((length) => (at += length) - length);
}

/** Each part's positions in the whole; the -1 of a leaf stays. */
function moved(parts: readonly Int32Array[], by: readonly number[]): Int32Array[] {
  return parts.map((part, i) => part.map((at) => (at === LEAF ? LEAF : at + by[i])));
}

function join<T extends Int32Array | Uint32Array | Uint8Array | Float64Array>(parts: readonly T[]): T {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const out = new (parts[0].constructor as new (length: number) => T)(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
