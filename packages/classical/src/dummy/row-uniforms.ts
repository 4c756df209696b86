import { type Column, type Dataset, Random, type SequenceColumn, tensorWidth } from "@strata-ml/core";

const missing = 0x6d697373;

/**
 * A uniform number in [0, 1) for every row, from the seed and the row's own feature values: a row gets the same number
 * alone, in a batch and in another order, and equal rows get equal numbers. (Two streams of MurmurHash3, Appleby, 2011.)
 */
export function rowUniforms(data: Dataset, seed: number): Float64Array {
  const random = new Random(seed).fork("row");
  const hashes = new RowHashes(data.rows, random.uint32(), random.uint32());
  for (const name of data.namesOf("feature")) hashes.addColumn(data.column(name));
  return hashes.uniforms();
}

class RowHashes {
  private readonly high: Uint32Array;
  private readonly low: Uint32Array;
  private readonly number = new Float64Array(1);
  private readonly words = new Uint32Array(this.number.buffer);
  /** Column of the dense matrix that comes next. */
  private place = 0;

  constructor(
    private readonly rows: number,
    high: number,
    low: number,
  ) {
    this.high = new Uint32Array(rows).fill(high);
    this.low = new Uint32Array(rows).fill(low);
  }

  /**
   * Categories count by what they are called, not by their codes; numbers by value and column of the dense matrix, so
   * that the same ones give the same hash in columns of their own, in a block, sparse or as float32.
   */
  addColumn(column: Column): void {
    switch (column.kind) {
      case "numeric":
      case "timestamp":
        for (let i = 0; i < this.rows; i++) this.addNumber(i, this.place, column.values[i]);
        break;
      case "categorical": {
        const names = column.categories.map(stringHash);
        column.codes.forEach((code, i) => this.addPlaced(i, this.place, code < 0 ? missing : names[code]));
        break;
      }
      case "text":
        column.values.forEach((value, i) =>
          this.addPlaced(i, this.place, value === null ? missing : stringHash(value)),
        );
        break;
      case "tensor": {
        const width = tensorWidth(column.shape);
        for (let i = 0, at = 0; i < this.rows; i++)
          for (let j = 0; j < width; j++, at++) this.addNumber(i, this.place + j, column.values[at]);
        this.place += width - 1;
        break;
      }
      case "sparse":
        for (let i = 0; i < this.rows; i++)
          for (let q = column.offsets[i]; q < column.offsets[i + 1]; q++)
            this.addNumber(i, this.place + column.indices[q], column.values[q]);
        this.place += column.width - 1;
        break;
      case "sequence":
        this.addSequences(column);
    }
    this.place++;
  }

  private addSequences({ offsets, values, fields }: SequenceColumn): void {
    const names = fields.map(({ categories }) => categories?.map(stringHash));
    for (let i = 0; i < this.rows; i++) {
      this.addPlaced(i, this.place, offsets[i + 1] - offsets[i]);
      for (let step = offsets[i]; step < offsets[i + 1]; step++) {
        fields.forEach((_, f) => {
          const value = values[step * fields.length + f];
          const hash = names[f];
          if (hash === undefined) this.addNumber(i, f, value);
          else this.addPlaced(i, f, hash[value] ?? missing);
        });
      }
    }
  }

  /** Zeros are left out, as sparse columns leave them out, and every NaN counts the same. */
  private addNumber(row: number, place: number, value: number): void {
    if (value === 0) return;
    this.number[0] = Number.isNaN(value) ? Number.POSITIVE_INFINITY : value;
    this.addPlaced(row, place, this.words[0]);
    this.addWord(row, this.words[1]);
  }

  private addPlaced(row: number, place: number, word: number): void {
    this.addWord(row, place);
    this.addWord(row, word);
  }

  private addWord(row: number, word: number): void {
    this.high[row] = mix(this.high[row], word);
    this.low[row] = mix(this.low[row], word);
  }

  uniforms(): Float64Array {
    return Float64Array.from(
      this.high,
      (high, i) => ((finish(high) >>> 5) * 67108864 + (finish(this.low[i]) >>> 6)) / 9007199254740992,
    );
  }
}

function mix(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = (k << 15) | (k >>> 17);
  const h = hash ^ Math.imul(k, 0x1b873593);
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) >>> 0;
}

function finish(hash: number): number {
  let h = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function stringHash(value: string): number {
  let hash = value.length;
  for (let i = 0; i < value.length; i++) hash = mix(hash, value.charCodeAt(i));
  return finish(hash);
}
