import { MISSING, RESERVED_CODES, UNSEEN } from "../layers/embedding.js";

/** The categories that fit saw, as codes of an embedding: reserved ones first. */
export class CategoryIndex {
  private readonly codes: ReadonlyMap<string, number>;

  constructor(readonly categories: readonly string[]) {
    this.codes = new Map(categories.map((category, i) => [category, i + RESERVED_CODES]));
  }

  /** From all codes of a column and its dictionary; categories seen fewer than `minCount` times are left out. */
  static fit(
    codes: Int32Array | Float64Array,
    dictionary: readonly string[] | undefined,
    minCount = 1,
  ): CategoryIndex {
    const counts = new Map<number, number>();
    for (const code of codes) counts.set(code, (counts.get(code) ?? 0) + 1);
    const kept: string[] = [];
    for (const [code, count] of counts) {
      const category = categoryAt(code, dictionary);
      if (category !== undefined && count >= minCount) kept.push(category);
    }
    return new CategoryIndex(kept.sort());
  }

  /** How many codes there are. */
  get size(): number {
    return this.categories.length + RESERVED_CODES;
  }

  /** The codes of a column's own codes, through its dictionary (its codes written out where it has none); a negative one or NaN is missing. */
  codesOf(codes: Int32Array | Float64Array, dictionary: readonly string[] | undefined): Int32Array {
    const known = new Map<number, number>();
    const out = new Int32Array(codes.length);
    for (let i = 0; i < codes.length; i++) {
      const code = codes[i];
      let own = known.get(code);
      if (own === undefined) {
        own = this.codeOf(categoryAt(code, dictionary));
        known.set(code, own);
      }
      out[i] = own;
    }
    return out;
  }

  /** The code of a category; undefined is a missing one. */
  codeOf(category: string | undefined): number {
    return category === undefined ? MISSING : (this.codes.get(category) ?? UNSEEN);
  }
}

function categoryAt(code: number, dictionary: readonly string[] | undefined): string | undefined {
  if (!(code >= 0)) return undefined;
  return dictionary === undefined ? String(code) : dictionary[code];
}
