import { describe, expect, it } from "vitest";
import { categorical, sequence, sparse, tensor, text, timestamp } from "./column-build.js";
import { fromColumns } from "./from-columns.js";
import { packDataset, unpackDataset } from "./pack.js";

const data = fromColumns(
  {
    number: Float32Array.of(1, 2, Number.NaN),
    category: categorical(["a", null, "b"]),
    words: text(["x", null, "z"]),
    steps: sequence([[[1], [2]], [], [[3]]], ["amount"]),
    block: tensor(Float64Array.of(1, 2, 3, 4, 5, 6), [2]),
    bag: sparse({
      offsets: Int32Array.of(0, 1, 1, 2),
      indices: Int32Array.of(0, 3),
      values: Float64Array.of(5, 6),
      width: 4,
    }),
    at: timestamp([0, 1, 2]),
    weight: [1, 2, 3],
    fraud: [0, 1, 0],
    card: ["u", "v", "u"],
    row: [7, 8, 9],
  },
  { target: "fraud", weight: "weight", group: "card", time: "at", id: "row" },
);

describe("packDataset and unpackDataset", () => {
  it.each([false, true])("bring every kind and role through a structured clone, shared: %s", (shared) => {
    const back = unpackDataset(structuredClone(packDataset(data, { shared })));
    expect(back.schema).toEqual(data.schema);
    for (const name of data.names) expect(back.column(name)).toEqual(data.column(name));
  });

  it("send a slice alone, not the buffer below it", () => {
    const { columns } = packDataset(data.slice(1, 2));
    const [number] = columns;
    expect(number.column).toEqual({ kind: "numeric", values: Float32Array.of(2) });
    expect((number.column as { values: Float32Array }).values.buffer.byteLength).toBe(4);
  });

  it("share memory instead of copying it again", () => {
    const packed = packDataset(data, { shared: true });
    const values = (packed.columns[0].column as { values: Float32Array }).values;
    expect(values.buffer).toBeInstanceOf(SharedArrayBuffer);
    const again = packDataset(unpackDataset(packed), { shared: true });
    expect((again.columns[0].column as { values: Float32Array }).values.buffer).toBe(values.buffer);
  });
});
