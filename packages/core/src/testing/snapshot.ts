import type { Dataset } from "../dataset/dataset.js";
import { ensure } from "./unmet.js";

type Stored = readonly (readonly [string, readonly unknown[]])[];

/** A copy of every value and role of a dataset, to compare with later. */
export class Snapshot {
  private readonly stored: Stored;

  constructor(private readonly data: Dataset) {
    this.stored = contents(data);
  }

  /** Throws where a value, column or role is not as it was. */
  ensureKept(what: string): void {
    const now = contents(this.data);
    ensure(now.length === this.stored.length, `${what} must not add or remove columns of the dataset`);
    this.stored.forEach(([name, before], c) => {
      const after = now[c][1];
      const same = now[c][0] === name && before.length === after.length;
      const at = same ? before.findIndex((value, k) => !Object.is(value, after[k])) : -1;
      ensure(
        same && at < 0,
        () =>
          `${what} must not change column ${name} of the dataset, its value ${at} was ${String(before[at])} and is ${String(after[at])}`,
      );
    });
  }
}

function contents(data: Dataset): Stored {
  return data.names.map((name) => {
    const values: unknown[] = [];
    for (const part of Object.values(data.column(name))) {
      if (ArrayBuffer.isView(part) || Array.isArray(part))
        values.push(...(part as ArrayLike<unknown> as unknown[]));
    }
    return [`'${name}' (${data.roleOf(name)})`, values];
  });
}
