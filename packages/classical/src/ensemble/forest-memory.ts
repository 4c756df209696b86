import type { KernelTeam } from "../kernels/team.js";

/** Entries of the table of pairs of a weight and a class. */
const codeRoom = 4096;
/** Counters of a radix sort. */
const placeBytes = 4 << 11;

/** Trees that are grown before their nodes are read out hold at most about so many bytes. */
const batchBytes = 2 ** 28;

export interface TreeSizes {
  /** Rows of the data, and most of them in a tree. */
  readonly rows: number;
  readonly treeRows: number;
  readonly features: number;
  /** Numbers in a node's value. */
  readonly values: number;
  readonly most: { readonly leaves: number; readonly trees: number };
  /** Whether each tree tells the leaves of the rows that it left out. */
  readonly leavesOut: boolean;
}

/** How trees are laid out in the memory of a team: what each thread works on, and where grown trees wait. */
export class ForestMemory {
  /** Bytes a thread, and the offsets of its parts in the order of `loadScratch` in assembly/forest-plan.ts. */
  readonly threadBytes: number;
  readonly parts: readonly number[];
  readonly codeRoom = codeRoom;
  /** Nodes that a tree has room for, and bytes of it. */
  readonly room: number;
  readonly treeBytes: number;
  private readonly outBytes: number;

  constructor(private readonly sizes: TreeSizes) {
    const { rows, treeRows, features, values, most, leavesOut } = sizes;
    const parts = [
      8 * treeRows, // order
      8 * treeRows, // passing
      8 * treeRows, // keys
      8 * treeRows, // sorted
      16 * treeRows, // pairs of a node
      16 * codeRoom,
      24 * (treeRows + 2), // open nodes
      4 * rows, // counts
      8 * rows, // weights
      40 * Math.max(values, 2), // class sums of the node and both sides, and their terms
      4 * features,
      placeBytes,
    ];
    let at = 0;
    this.parts = parts.map((bytes) => {
      const start = at;
      at += (bytes + 63) & ~63;
      return start;
    });
    this.threadBytes = at;
    this.room = 2 * most.leaves - 1;
    this.treeBytes = (this.room * (8 * values + 45) + 63) & ~63;
    this.outBytes = leavesOut ? 4 * rows : 0;
  }

  /** Most trees of a batch. */
  batch(threads: number): number {
    const fit = Math.floor(batchBytes / (this.treeBytes + this.outBytes));
    return Math.min(this.sizes.most.trees, Math.max(threads, fit));
  }

  /** Bytes for so many threads. */
  bytes(threads: number): number {
    return threads * this.threadBytes + this.batch(threads) * (this.treeBytes + this.outBytes + 12) + 512;
  }

  allocate(team: KernelTeam): {
    readonly scratch: number;
    readonly seeds: number;
    readonly nodes: number;
    readonly next: number;
    readonly trees: number;
    readonly leaves: number;
  } {
    const batch = this.batch(team.threads);
    return {
      scratch: team.allocate(team.threads * this.threadBytes),
      seeds: team.allocate(8 * batch),
      nodes: team.allocate(4 * batch),
      next: team.allocate(4),
      trees: team.allocate(batch * this.treeBytes),
      leaves: this.outBytes > 0 ? team.allocate(batch * this.outBytes) : 0,
    };
  }
}
