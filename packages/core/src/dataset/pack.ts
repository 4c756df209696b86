import { aFlag, anArray, requireDataset, requireIs, requireOptions } from "../guard.js";
import type { Column } from "./column.js";
import { Dataset } from "./dataset.js";
import type { Role } from "./schema.js";

/** A dataset as plain objects and typed arrays, which survive structured cloning: how data travels to a worker. */
export interface PackedDataset {
  readonly columns: readonly { readonly name: string; readonly role: Role; readonly column: Column }[];
}

/**
 * A dataset in a form that can be posted to a worker. With `shared`, numbers are copied once into shared memory (where
 * the platform has it), so that posting them to many workers copies nothing.
 *
 * @example
 * const { port1, port2 } = new MessageChannel();
 * port1.postMessage(packDataset(fromColumns({ x: [1, 2] }), { shared: true }));
 * port2.onmessage = ({ data }) => {
 *   unpackDataset(data).rows; // 2
 *   port2.close();
 * };
 */
export function packDataset(data: Dataset, options: { readonly shared?: boolean } = {}): PackedDataset {
  requireDataset("packDataset", data);
  requireOptions("packDataset", options, { shared: aFlag });
  const shared = (options.shared ?? false) && typeof SharedArrayBuffer !== "undefined";
  return {
    columns: data.names.map((name) => ({
      name,
      role: data.roleOf(name),
      column: compact(data.column(name), shared),
    })),
  };
}

/** The dataset that {@link packDataset} packed; numbers in shared memory stay there. */
export function unpackDataset(packed: PackedDataset): Dataset {
  requireIs("unpackDataset", "columns", (packed as PackedDataset | null | undefined)?.columns, anArray);
  const { columns } = packed;
  const data = Dataset.create(columns.map(({ name, column }) => [name, column] as const));
  return columns
    .filter(({ role }) => role !== "feature")
    .reduce<Dataset>((all, { name, role }) => all.withRole(name, role), data);
}

/** Structured cloning copies the whole buffer under an array, so a part of a larger one is cut out first. */
function compact(column: Column, shared: boolean): Column {
  const own = Object.entries(column).map(([key, value]): [string, unknown] => {
    if (!isNumbers(value)) return [key, value];
    if (shared && !(value.buffer instanceof ArrayBuffer)) return [key, value];
    if (shared) return [key, sharedCopy(value)];
    return [key, value.byteLength === value.buffer.byteLength ? value : value.slice()];
  });
  return Object.fromEntries(own) as unknown as Column;
}

type Numbers = Float64Array | Float32Array | Int32Array;

function isNumbers(value: unknown): value is Numbers {
  return value instanceof Float64Array || value instanceof Float32Array || value instanceof Int32Array;
}

function sharedCopy(values: Numbers): Numbers {
  const make = values.constructor as new (buffer: SharedArrayBuffer) => Numbers;
  const copy = new make(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
}
