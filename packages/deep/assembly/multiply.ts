// Products of float32 matrices, in tiles of 4 x 8 or 6 x 8 sums that stay in registers.
import { tall, tile1, tile4, tile6 } from "./tiles";

/** Rows of the right matrix, and columns of it, that are packed at a time: half a MiB, which the second cache holds. */
const depth: i32 = 512;
const breadth: i32 = 256;

/**
 * In place of `bRow`: the right matrix is that of the call before in the same scratch, where it lies packed; {@link staysPacked}
 * says whether it does.
 */
export const packedBefore: usize = 0;

/** Whether a right matrix of these sizes stays in the scratch as a whole, after a product with so many rows of a left one. */
export function staysPacked(m: i32, k: i32, n: i32): bool {
  return m >= few && k <= depth && n <= breadth;
}

/** Fewer rows than these are not worth a copy of the right matrix. */
const few: i32 = 8;

/** Rows of a transposed left matrix that are packed at a time: whole tiles of either height. */
const height: i32 = 12;

/** Bytes of scratch that {@link multiply} needs: the packed parts of both matrices, and a tile for the edges. */
export function multiplyScratch(): usize {
  return <usize>((depth * breadth + height * depth + 48) * 4);
}

/**
 * c = a b + start, then cut from below at `least`. Places are bytes apart: rows and columns of `a` (m x k) and `b` (k x n),
 * of which one is 4, and rows of `c` (m x n).
 *
 * @param start what sums start from: numbers `startRow` bytes apart by row, 0 for one row under all; none where it is 0
 */
export function multiply(
  a: usize,
  aRow: usize,
  aColumn: usize,
  b: usize,
  bRow: usize,
  bColumn: usize,
  c: usize,
  cRow: usize,
  start: usize,
  startRow: usize,
  m: i32,
  k: i32,
  n: i32,
  least: f32,
  scratch: usize,
): void {
  for (let j = 0; j < n; j += breadth) {
    const columns = min(breadth, n - j);
    const to = c + ((<usize>j) << 2);
    let from: usize = start == 0 ? <usize>0 : start + ((<usize>j) << 2);
    let fromRow = startRow;
    for (let p = 0; p < k; p += depth) {
      const inner = min(depth, k - p);
      const left = a + aColumn * p;
      const right = b + bRow * p + bColumn * j;
      const floor = p + inner < k ? -Infinity : least;
      multiplyBlock(
        left,
        aRow,
        aColumn,
        right,
        bRow,
        bColumn,
        to,
        cRow,
        from,
        fromRow,
        m,
        inner,
        columns,
        <f32>floor,
        scratch,
      );
      // Later parts of a sum are added to the earlier ones.
      from = to;
      fromRow = cRow;
    }
  }
}

function multiplyBlock(
  a: usize,
  aRow: usize,
  aColumn: usize,
  b: usize,
  bRow: usize,
  bColumn: usize,
  c: usize,
  cRow: usize,
  start: usize,
  startRow: usize,
  m: i32,
  k: i32,
  n: i32,
  least: f32,
  scratch: usize,
): void {
  const packed = scratch;
  const packedLeft = packed + ((<usize>(depth * breadth)) << 2);
  const tile = packedLeft + ((<usize>(height * depth)) << 2);
  // The last columns are always packed, for there may be nothing behind them.
  const direct = m < few && bColumn == 4;
  const whole = n & ~7;
  if (bRow != packedBefore) pack(b, bRow, bColumn, k, n, direct ? whole : 0, packed);
  for (let i0 = 0; i0 < m; i0 += height) {
    const rows = min(height, m - i0);
    const copied = aRow == 4 && aColumn != 4 && rows == height;
    if (copied) packLeft(a + aRow * i0, aColumn, k, packedLeft);
    for (let i1 = 0; i1 < rows; ) {
      const i = i0 + i1;
      const full = rows - i1 >= tall;
      let left = a + aRow * i;
      let leftRow = aRow;
      let leftColumn = aColumn;
      if (copied) {
        left = packedLeft + ((<usize>(i1 * k)) << 2);
        leftRow = 4;
        leftColumn = tall << 2;
      }
      for (let j = 0; j < n; j += 8) {
        const edge = j >= whole;
        const straight = direct && !edge;
        const right = straight ? b + ((<usize>j) << 2) : packed + ((<usize>(j * k)) << 2);
        const rightRow: usize = straight ? bRow : 32;
        let from: usize = start == 0 ? <usize>0 : start + startRow * i + ((<usize>j) << 2);
        let fromRow = startRow;
        let to = c + cRow * i + ((<usize>j) << 2);
        let toRow = cRow;
        if (edge) {
          if (from != 0) copyTile(tile, 32, from, fromRow, n - j, full ? tall : 1);
          from = from == 0 ? <usize>0 : tile;
          fromRow = 32;
          to = tile;
          toRow = 32;
        }
        if (full) {
          if (tall == 6)
            tile6(k, left, leftRow, leftColumn, right, rightRow, to, toRow, from, fromRow, least);
          else tile4(k, left, leftRow, leftColumn, right, rightRow, to, toRow, from, fromRow, least);
        } else tile1(k, left, leftColumn, right, rightRow, to, from, least);
        if (edge) copyTile(c + cRow * i + ((<usize>j) << 2), cRow, tile, 32, n - j, full ? tall : 1);
      }
      i1 += full ? tall : 1;
    }
  }
}

function copyTile(to: usize, toRow: usize, from: usize, fromRow: usize, columns: i32, rows: i32): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const at = (<usize>j) << 2;
      store<f32>(to + toRow * i + at, load<f32>(from + fromRow * i + at));
    }
  }
}

/** The right matrix from column `first` on, 8 columns side by side, row by row; zeros fill the last ones up. */
function pack(b: usize, bRow: usize, bColumn: usize, k: i32, n: i32, first: i32, out: usize): void {
  for (let j = first; j < n; j += 8) {
    const to = out + ((<usize>(j * k)) << 2);
    const from = b + bColumn * j;
    const columns = min(8, n - j);
    if (columns < 8) packEdge(from, bRow, bColumn, k, columns, to);
    else if (bColumn == 4) packRows(from, bRow, k, to);
    else packColumns(from, bRow, bColumn, k, to);
  }
}

function packRows(b: usize, bRow: usize, k: i32, out: usize): void {
  for (let p = 0; p < k; p++) {
    v128.store(out, v128.load(b));
    v128.store(out, v128.load(b, 16), 16);
    b += bRow;
    out += 32;
  }
}

/** Of a matrix that lies column by column, 4 rows at a time. */
function packColumns(b: usize, bRow: usize, bColumn: usize, k: i32, out: usize): void {
  let p = 0;
  if (bRow == 4) {
    for (; p + 4 <= k; p += 4) {
      packSquare(b, bColumn, out);
      packSquare(b + bColumn * 4, bColumn, out + 16);
      b += 16;
      out += 128;
    }
  }
  packEdge(b, bRow, bColumn, k - p, 8, out);
}

/** 4 numbers of each of 4 columns, which come out as rows 32 bytes apart. */
function packSquare(b: usize, bColumn: usize, out: usize): void {
  const x0 = v128.load(b);
  const x1 = v128.load(b + bColumn);
  const x2 = v128.load(b + bColumn * 2);
  const x3 = v128.load(b + bColumn * 3);
  const low01 = v128.shuffle<f32>(x0, x1, 0, 4, 1, 5);
  const high01 = v128.shuffle<f32>(x0, x1, 2, 6, 3, 7);
  const low23 = v128.shuffle<f32>(x2, x3, 0, 4, 1, 5);
  const high23 = v128.shuffle<f32>(x2, x3, 2, 6, 3, 7);
  v128.store(out, v128.shuffle<u64>(low01, low23, 0, 2));
  v128.store(out, v128.shuffle<u64>(low01, low23, 1, 3), 32);
  v128.store(out, v128.shuffle<u64>(high01, high23, 0, 2), 64);
  v128.store(out, v128.shuffle<u64>(high01, high23, 1, 3), 96);
}

function packEdge(b: usize, bRow: usize, bColumn: usize, k: i32, columns: i32, out: usize): void {
  for (let p = 0; p < k; p++) {
    for (let q = 0; q < 8; q++) {
      const value = q < columns ? load<f32>(b + bRow * p + bColumn * q) : 0;
      store<f32>(out + ((<usize>(p * 8 + q)) << 2), value);
    }
  }
}

/** 12 rows of a matrix that lies column by column, those of a tile side by side. */
function packLeft(a: usize, aColumn: usize, k: i32, out: usize): void {
  const apart = (<usize>(k * tall)) << 2;
  for (let p = 0; p < k; p++) {
    const low = v128.load(a);
    const middle = v128.load(a, 16);
    const high = v128.load(a, 32);
    v128.store(out, low);
    if (tall == 6) {
      v128.store64_lane(out, middle, 0, 16);
      v128.store64_lane(out + apart, middle, 1);
      v128.store(out + apart, high, 8);
    } else {
      v128.store(out + apart, middle);
      v128.store(out + apart * 2, high);
    }
    a += aColumn;
    out += (<usize>tall) << 2;
  }
}
