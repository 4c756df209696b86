import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { testBackends } from "../../testing/test-backends.js";
import { loadGradients } from "../gradients.js";
import { isAdded } from "../mends/mend.js";
import { selectBackend } from "../select-backend.js";
import { getBackend } from "../tensors.js";
import { runCases } from "./fixtures/kernel-table.js";
import {
  mends,
  type OptionalBackend,
  optionalBackends,
  optionalState,
  recorded,
  recordedUrl,
} from "./fixtures/optional-kernels.js";

describe.each(optionalBackends)("the record of %s", (backend) => {
  const { checked, unchecked } = recorded[backend];

  test("has each kernel once, most of them checked", () => {
    expect(new Set([...checked, ...unchecked]).size).toBe(checked.length + unchecked.length);
    expect(checked.length).toBeGreaterThan(100);
    expect(optionalState("Add", backend, true)).toBe("right");
  });

  test("has every kernel that a mend leaves alone in part", () => {
    const left = mends[backend].filter(({ when }) => when);
    expect(left.length).toBeGreaterThan(5);
    for (const { name } of left) expect([...checked, ...unchecked], name).toContain(name);
  });
});

test("the table says what became of a kernel on each", () => {
  expect(optionalState("Elu", "tfjs-node", true)).toBe("replaced");
  expect(optionalState("Conv2D", "webgpu", true)).toBe("replaced in part");
  expect(optionalState("MaxPool3DGrad", "webgpu", true)).toBe("refused in part");
  expect(optionalState("SearchSorted", "tfjs-node", true)).toBe("replaced");
});

const present = optionalBackends.filter((backend) => testBackends.includes(backend));
describe.runIf(present.length > 0).each(present)("on %s", (backend: OptionalBackend) => {
  test("the recorded kernels are those of the package", async () => {
    await selectBackend(backend);
    await loadGradients();
    const { takesPart } = runCases(getBackend());
    const names = [...takesPart.keys()].filter((name) => !isAdded(getBackend(), name)).sort();
    const now = {
      checked: names.filter((name) => takesPart.get(name)!.size > 0),
      unchecked: names.filter((name) => takesPart.get(name)!.size === 0),
    };
    const all = { ...(JSON.parse(await readFile(recordedUrl, "utf8")) as object), [backend]: now };
    await expect(`${JSON.stringify(all, null, 2)}\n`).toMatchFileSnapshot("fixtures/optional-kernels.json");
  });
});
