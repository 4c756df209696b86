import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { ProgressEvent } from "@strata-ml/core";
import { beforeAll, describe, expect, test } from "vitest";
import { selectBackend } from "../backend/select-backend.js";
import { engine } from "../backend/tensors.js";
import { held } from "../testing/padding.js";
import { wideData, wideNetwork } from "../testing/wide-network.js";
import { NeuralClassifier } from "./neural-classifier.js";
import { testBackend } from "../testing/test-backends.js";

beforeAll(() => selectBackend(testBackend));

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

interface Memory {
  /** Tensors, and blocks of numbers in the backend. */
  readonly held: readonly [number, number];
  /** Of the wasm backend, 0 on others: it never shrinks, so that equal sizes say that nothing grew in between. */
  readonly wasmBytes: number;
  /** Of JavaScript, after garbage was collected: objects, and arrays outside the heap. */
  readonly ownBytes: number;
}

function measured(): Memory {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  const { wasm } = engine().backend as unknown as { wasm?: { asm: { memory: WebAssembly.Memory } } };
  const wasmBytes = wasm?.asm.memory.buffer.byteLength ?? 0;
  return { held: held(), wasmBytes, ownBytes: heapUsed + arrayBuffers };
}

function expectFlat(early: Memory, late: Memory): void {
  expect(late.held).toEqual(early.held);
  expect(late.wasmBytes).toBe(early.wasmBytes);
  // A KiB for each of 2,000 steps: compiled code grows by less than half of it, and then no more.
  expect(late.ownBytes - early.ownBytes).toBeLessThan(2000 * 1024);
}

const data = wideData(40, 1);
const settings = { network: "wide", maxTokens: 32, batchSize: 2, patience: null, dropout: 0.1 } as const;
const options = { networks: [wideNetwork] };

describe("memory is flat", () => {
  test("over 2,000 steps", { timeout: 240_000 }, async () => {
    const at = new Map<number, Memory>();
    const onProgress = ({ stage, done }: ProgressEvent): void => {
      if (stage === "batch" && (done === 400 || done === 2400)) at.set(done, measured());
    };
    const model = await new NeuralClassifier({ ...settings, epochs: 120 }, options).fit(data, {
      onProgress,
      validation: wideData(8, 2),
    });
    expect(model.history.loss).toHaveLength(120);
    expectFlat(at.get(400)!, at.get(2400)!);
  });

  test("over 2,000 predictions, prepared or not", { timeout: 240_000 }, async () => {
    const model = await new NeuralClassifier({ ...settings, epochs: 1 }, options).fit(data);
    const prepared = await model.prepare();
    const rows = Array.from({ length: data.rows }, (_, i) => data.slice(i, i + 1));
    const at: Memory[] = [];
    for (let call = 0; call < 2400; call++) {
      // oxlint-disable-next-line eslint/no-await-in-loop
      await (call % 2 === 0 ? model : prepared).predict(rows[call % rows.length]);
      if (call === 399 || call === 2399) at.push(measured());
    }
    prepared.dispose();
    expectFlat(at[0], at[1]);
  });
});
