/** A dense row-major block of numbers in double precision: what the kernels are compared with. */
export interface Block {
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Every place of a block, in row-major order. */
export function* places(shape: readonly number[]): Generator<number[]> {
  const total = sizeOf(shape);
  for (let k = 0; k < total; k++) {
    const place: number[] = [];
    for (let axis = shape.length - 1, rest = k; axis >= 0; axis--) {
      place.unshift(rest % shape[axis]);
      rest = Math.floor(rest / shape[axis]);
    }
    yield place;
  }
}

/** A block of the numbers that `value` gives for each place. */
export function block(shape: readonly number[], value: (place: readonly number[]) => number): Block {
  return { shape, values: Float64Array.from(places(shape), value) };
}

export function blockOf(shape: readonly number[], values: Iterable<number>): Block {
  return { shape, values: Float64Array.from(values) };
}

export function at({ shape, values }: Block, place: readonly number[]): number {
  return values[place.reduce((index, i, axis) => index * shape[axis] + i, 0)];
}

/** The number at a place that may lie outside, where there is `outside`. */
export function atOr(x: Block, place: readonly number[], outside: number): number {
  return place.every((i, axis) => i >= 0 && i < x.shape[axis]) ? at(x, place) : outside;
}

/** A function of single numbers, of a whole block. */
export const mapped =
  (f: (x: number) => number) =>
  (x: Block): Block => ({ shape: x.shape, values: x.values.map((value) => f(value)) });

/** The shape that two shapes are broadcast to. */
function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const [p, q] = [a[a.length - rank + i] ?? 1, b[b.length - rank + i] ?? 1];
    return p === 1 ? q : p;
  });
}

/** The number of a block that is broadcast to a place. */
export function broadcastAt(x: Block, place: readonly number[]): number {
  const own = place.slice(place.length - x.shape.length);
  return at(
    x,
    own.map((i, axis) => (x.shape[axis] === 1 ? 0 : i)),
  );
}

/** A function of two numbers, of two blocks that are broadcast. */
export const zipped =
  (f: (a: number, b: number) => number) =>
  (a: Block, b: Block): Block =>
    block(broadcastShape(a.shape, b.shape), (place) => f(broadcastAt(a, place), broadcastAt(b, place)));

/** A function of the numbers along some axes (all, where none are named), which are dropped or kept with length 1. */
export const reduced =
  (f: (values: number[]) => number, axes?: number | readonly number[], keepDims = false) =>
  (x: Block): Block => {
    const rank = x.shape.length;
    const named = axes === undefined ? x.shape.map((_, i) => i) : typeof axes === "number" ? [axes] : axes;
    const gone = new Set(named.map((axis) => (axis + rank) % rank));
    const kept = x.shape.map((size, axis) => (gone.has(axis) ? 1 : size));
    const groups = Array.from({ length: sizeOf(kept) }, (): number[] => []);
    for (const place of places(x.shape)) {
      const to = place.reduce((index, i, axis) => index * kept[axis] + (gone.has(axis) ? 0 : i), 0);
      groups[to].push(at(x, place));
    }
    const shape = keepDims ? kept : x.shape.filter((_, axis) => !gone.has(axis));
    return blockOf(
      shape,
      groups.map((group) => f(group)),
    );
  };

/** A function of the vectors along one axis, each to a vector of the same length. */
export const alongAxis =
  (f: (values: number[]) => number[], axis: number) =>
  (x: Block): Block => {
    const own = (axis + x.shape.length) % x.shape.length;
    return block(x.shape, (place) => {
      const vector = Array.from({ length: x.shape[own] }, (_, i) => at(x, place.with(own, i)));
      return f(vector)[place[own]];
    });
  };
