// Trees of a forest, each grown whole by one thread.

import { drawsRow } from "./forest-draw";
import { loadPlan, rows } from "./forest-plan";
import { leafOf, nodes } from "./forest-nodes";
import { seedRandom } from "./forest-random";
import { beginTree, growFor, growTree, settled } from "./forest-tree";
import { arg } from "./arguments";

/**
 * Grows a batch of trees. A tree depends on its seed alone, whichever thread takes it.
 *
 * Arguments 0 to 25 and 30 to 44: those of `loadPlan`; 45: trees, 46: the next one to take (i32), 47: seeds (f64),
 * 48: nodes of each (i32), 49: where the first tree's nodes go, 50: bytes of a tree, 51: nodes that there is room for,
 * 52: for each tree the leaves of the rows it left out (i32 a row, -1 of others), or 0; 53: 0, or where one tree is grown
 * in parts the rows that a part looks at, 54: whether this part goes on with it.
 */
export function growTrees(thread: i32, _threads: i32): void {
  loadPlan(thread);
  if (arg(53) > 0) {
    growPart(arg(54) != 0);
    return;
  }
  const trees = <i32>arg(45);
  for (let t = atomic.add<i32>(arg(46), 1); t < trees; t = atomic.add<i32>(arg(46), 1)) {
    seedRandom(load<f64>(arg(47) + ((<usize>t) << 3)));
    const nodes = growTree(arg(49) + <usize>t * arg(50), arg(51));
    store<i32>(arg(48) + ((<usize>t) << 2), nodes);
    if (arg(52) != 0) findLeavesOut(arg(52) + <usize>t * ((<usize>rows) << 2));
  }
}

/** The number of nodes is 0 until the tree is done; behind it stands how many rows are in a leaf for good. */
function growPart(goesOn: bool): void {
  if (!goesOn) {
    seedRandom(load<f64>(arg(47)));
    beginTree(arg(49), arg(51));
  }
  const isDone = growFor(arg(53));
  store<i32>(arg(48), isDone ? nodes : 0);
  store<i32>(arg(48), settled, 4);
}

function findLeavesOut(out: usize): void {
  for (let row = 0; row < rows; row++) {
    store<i32>(out + ((<usize>row) << 2), drawsRow(row) ? -1 : leafOf(row));
  }
}
