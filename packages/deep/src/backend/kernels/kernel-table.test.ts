import { NotSupportedError } from "@strata-ml/core";
import { describe, expect, test } from "vitest";
import { selectBackend } from "../select-backend.js";
import { engine } from "../tensors.js";
import { kernelTable } from "./fixtures/kernel-table.js";
import { whyGradientReplaced, whyKernelReplaced } from "./fixtures/why-replaced.js";
import { ownGradients } from "./gradients/register-gradients.js";
import { refusedKernels } from "./refused.js";
import { kernelState } from "./register-kernels.js";

test("KERNELS.md is what the registries and the cases say", async () => {
  await expect(await kernelTable()).toMatchFileSnapshot("../../../KERNELS.md");
});

test("only what is replaced or refused is said to have been wrong", () => {
  const stock = (name: string): boolean =>
    (["cpu", "wasm"] as const).every((backend) => kernelState(name, backend) === "stock");
  expect(Object.keys(whyKernelReplaced).filter((name) => stock(name))).toEqual([]);
  expect(Object.keys(whyGradientReplaced).sort()).toEqual(ownGradients.map(({ name }) => name).sort());
});

describe.each(["cpu", "wasm"] as const)("on %s", (backend) => {
  const refused = refusedKernels(backend).filter(({ name }) => kernelState(name, backend) === "refused");
  test("a refused kernel says what to do instead", async () => {
    await selectBackend(backend);
    for (const { name } of refused) {
      const run = (): unknown => engine().runKernel(name, {});
      expect(run).toThrow(NotSupportedError);
      expect(run).toThrow(new RegExp(`${name} must be right, received the backend '${backend}', .*: take `));
    }
  });
});
