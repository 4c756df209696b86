// The part of apache-arrow's Table that is read here, so that any version of it (or a look-alike) fits without a dependency.

export interface ArrowType {
  /** Of apache-arrow's `Type`. */
  readonly typeId: number;
  readonly children?: readonly ArrowField[] | null;
  /** Of a float: 0 half, 1 single, 2 double. */
  readonly precision?: number;
  /** Of a fixed-size list. */
  readonly listSize?: number;
  /** Of a decimal: digits after the point. */
  readonly scale?: number;
  /** Of a dictionary: the type of its values. */
  readonly dictionary?: ArrowType;
  toString(): string;
}

export interface ArrowField {
  readonly name: string;
  readonly type: ArrowType;
}

/** One batch of a column. */
export interface ArrowData {
  readonly length: number;
  readonly nullCount: number;
  readonly values: unknown;
  readonly dictionary?: ArrowVector | undefined;
  getValid(index: number): boolean;
}

export interface ArrowVector extends Iterable<unknown> {
  readonly length: number;
  readonly data: readonly ArrowData[];
}

export interface ArrowTable {
  readonly numRows: number;
  readonly schema: { readonly fields: readonly ArrowField[] };
  getChildAt(index: number): ArrowVector | null;
}

/** Numbers of apache-arrow's `Type` that are read. */
export const arrowTypes = {
  null: 1,
  int: 2,
  float: 3,
  utf8: 5,
  bool: 6,
  decimal: 7,
  date: 8,
  timestamp: 10,
  list: 12,
  struct: 13,
  fixedSizeList: 16,
  largeUtf8: 20,
  largeList: 21,
  utf8View: 24,
  dictionary: -1,
} as const;
