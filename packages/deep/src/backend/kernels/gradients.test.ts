import { NotSupportedError } from "@strata-ml/core";
import { beforeAll, describe, expect, test } from "vitest";
import { checkForward, checkGradient, type KernelCase } from "../../testing/kernel-check.js";
import { testBackends } from "../../testing/test-backends.js";
import { selectBackend } from "../select-backend.js";
import { allCases, gradientsWithoutCases } from "./fixtures/all-cases.js";
import { registeredGradients } from "./fixtures/kernel-table.js";

/** The cases that fail, each with its message; a refusal is no failure. */
async function failures(
  cases: readonly KernelCase[],
  check: (given: KernelCase) => unknown,
): Promise<string[]> {
  const failed: string[] = [];
  for (const given of cases) {
    try {
      await check(given);
    } catch (error) {
      if (!(error instanceof NotSupportedError)) failed.push(`${given.label}: ${String(error)}`);
    }
  }
  return failed;
}

const withGradient = Object.entries(allCases)
  .map(([name, cases]) => [name, cases.filter(({ gradient }) => gradient)] as const)
  .filter(([, cases]) => cases.length > 0);

test("every registered gradient is checked, or says why not", async () => {
  const registered = await registeredGradients();
  expect(registered.length).toBeGreaterThan(100);
  // Fused kernels bring a gradient along without registering it.
  const known = new Set([...withGradient.map(([name]) => name), ...Object.keys(gradientsWithoutCases)]);
  expect(registered.filter((name) => !known.has(name))).toEqual([]);
  expect(Object.keys(gradientsWithoutCases).filter((name) => !registered.includes(name))).toEqual([]);
});

describe.each(testBackends)("kernels on %s", (backend) => {
  beforeAll(() => selectBackend(backend));

  test.each(Object.entries(allCases))("%s gives what plain loops give", async (_, cases) => {
    expect(await failures(cases, checkForward)).toEqual([]);
  });

  test.each(withGradient)("the gradient of %s agrees with finite differences", async (_, cases) => {
    expect(await failures(cases, checkGradient)).toEqual([]);
  });
});
