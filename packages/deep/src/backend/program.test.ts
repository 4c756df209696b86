import { describe, expect, test } from "vitest";
import { held } from "../testing/padding.js";
import { Program } from "./program.js";
import { selectBackend } from "./select-backend.js";
import { gather, mul, tensor } from "./tensors.js";

describe.each(["cpu", "wasm"] as const)("a program on %s", (backend) => {
  const feed = (...rows: number[]) =>
    new Map([["rows", { data: Int32Array.from(rows), shape: [rows.length] }]]);

  test("gives what its function gives for other numbers, and leaves nothing where a kernel throws", async () => {
    await selectBackend(backend);
    const table = tensor([1, 2, 3, 4], [4]);
    const rows = tensor([0, 1], [2], "int32");
    const program = Program.capture(
      (feeds) => mul(gather(table, feeds.get("rows")!), 10),
      new Map([["rows", rows]]),
      [table],
    );
    const before = held();
    expect([...program.run(feed(3, 0))]).toEqual([40, 10]);
    expect(() => program.run(feed(2, 9))).toThrow("index must be in 0..3, received 9");
    expect([...program.run(feed(1, 2))]).toEqual([20, 30]);
    expect(held()).toEqual(before);
    program.dispose();
    table.dispose();
    rows.dispose();
  });
});
