import type { KernelTeam } from "../kernels/team.js";
import type { BinSplit } from "./bin-split.js";

/** See `assembly/route.ts`. */
const nodeBytes = 64;
const leaf = -1;

/** The tree that is grown, by bins, for the rows that it does not learn from. */
export class Routes {
  /** Address of the nodes. */
  readonly at: number;
  private first = 0;
  private next = 0;

  constructor(
    private readonly team: KernelTeam,
    nodes: number,
  ) {
    this.at = team.allocate(nodeBytes * nodes);
  }

  static bytes(nodes: number): number {
    return nodeBytes * nodes + 64;
  }

  /** Begins a tree, whose nodes have the numbers that a `TreesBuilder` gives them: the root's comes first. */
  begin(first: number): void {
    this.first = first;
    this.next = first;
  }

  addLeaf(): void {
    this.team.i32[this.word(this.next++)] = leaf;
  }

  setValue(node: number, value: number): void {
    this.team.f64[this.word(node) / 2 + 3] = value;
  }

  setSplit(
    node: number,
    { feature, bin, leftBins, missingLeft }: BinSplit,
    left: number,
    right: number,
  ): void {
    const { i32 } = this.team;
    const word = this.word(node);
    i32[word] = feature;
    i32[word + 1] = leftBins === undefined ? bin : leaf;
    i32[word + 2] = left - this.first;
    i32[word + 3] = right - this.first;
    i32[word + 4] = missingLeft ? 1 : 0;
    if (leftBins !== undefined) i32.set(leftBins, word + 8);
  }

  private word(node: number): number {
    return (this.at + nodeBytes * (node - this.first)) / 4;
  }
}
