// A tree's inner nodes as the SHAP kernels walk them: records of one size, parents before children.
//
// A record: feature (i32), edge (i32: the nearest one above that tests the same feature, 0 where there is none),
// threshold (f64), missing (i32: 1 where a missing value goes left), bitset (u32: address of the categories that go left,
// 0 for a number), left and right (i32 or u32, as a kernel needs them), and four more words of the kernel's own.
// The edges of node i are 2i + 1 to its left child and 2i + 2 to its right one; edge 0 leads to the root.

/** Bytes of a record, and where its words stand. */
export const NODE: usize = 48;
export const EDGE_ABOVE: usize = 4;
export const LEFT: usize = 24;
export const RIGHT: usize = 28;
export const OWN: usize = 32;
/** Where a node's shares (64 bytes, see `fillShapTables`) have the values of its children. */
export const LEAF_VALUES: usize = 40;

/** 1 where a row (f64 a feature) goes left. */
export function goesLeft(node: usize, row: usize): u32 {
  const value = load<f64>(row + ((<usize>load<u32>(node)) << 3));
  const bitset = <usize>load<u32>(node, 20);
  if (value != value) return load<u32>(node, 16);
  if (bitset == 0) return u32(value <= load<f64>(node, 8));
  const bin = <u32>value;
  return (load<u32>(bitset + ((<usize>(bin >> 5)) << 2)) >>> (bin & 31)) & 1;
}
