import { afterEach, describe, expect, test, vi } from "vitest";
import { requireInstalled } from "./absent-backend.js";
import { currentBackend, selectBackend } from "./select-backend.js";
import { getBackend } from "./tensors.js";

const installed = (specifier: string): boolean => {
  try {
    requireInstalled(specifier);
    return true;
  } catch {
    return false;
  }
};
const optional = ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node", "@tensorflow/tfjs-backend-webgpu"];

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("selectBackend", () => {
  const absent = !optional.some((specifier) => installed(specifier));
  test.runIf(absent)("auto takes wasm where no other is installed, and says why", async () => {
    vi.stubEnv("STRATA_BACKEND", "");
    const { name, reason, considered } = await selectBackend("auto");
    expect(name).toBe("wasm");
    expect(reason).toMatch(/WebAssembly/);
    expect(considered).toEqual([
      { name: "tfjs-node-gpu", whyNot: "@tensorflow/tfjs-node-gpu is not installed" },
      { name: "webgpu", whyNot: "@tensorflow/tfjs-backend-webgpu is not installed" },
    ]);
    expect(getBackend()).toBe("wasm");
  });

  test("takes the one asked for, and goes on using it", async () => {
    expect(await selectBackend("cpu")).toMatchObject({ name: "cpu", reason: "it was asked for" });
    expect((await currentBackend()).name).toBe("cpu");
    expect(getBackend()).toBe("cpu");
    await selectBackend("wasm");
    expect(getBackend()).toBe("wasm");
  });

  test("STRATA_BACKEND names what auto takes", async () => {
    vi.stubEnv("STRATA_BACKEND", "cpu");
    expect(await selectBackend("auto")).toMatchObject({ name: "cpu", reason: "STRATA_BACKEND names it" });
    vi.stubEnv("STRATA_BACKEND", "abacus");
    await expect(selectBackend("auto")).rejects.toThrow(
      'STRATA_BACKEND: the backend must be auto, tfjs-node-gpu, webgpu, wasm, tfjs-node, cpu, received "abacus"',
    );
    await expect(selectBackend("abacus" as "cpu")).rejects.toThrow('received "abacus"');
  });

  test.runIf(absent)("an absent one is refused with what to install, and the one in use stays", async () => {
    await selectBackend("wasm");
    await expect(selectBackend("tfjs-node")).rejects.toThrow(
      "selectBackend: 'tfjs-node' must be installed, received none: run npm install @tensorflow/tfjs-node@4.22.0",
    );
    await expect(selectBackend("webgpu")).rejects.toThrow(
      "run npm install webgpu @tensorflow/tfjs-backend-webgpu@4.22.0",
    );
    expect((await currentBackend()).name).toBe("wasm");
    expect(getBackend()).toBe("wasm");
  });

  test("starting backends leaves no listeners behind and writes nothing", async () => {
    const written = vi.spyOn(console, "warn");
    await selectBackend("cpu");
    await selectBackend("wasm");
    const names = ["uncaughtException", "unhandledRejection"] as const;
    for (const name of names) {
      const texts = process.listeners(name as "uncaughtException").map((listener) => String(listener));
      expect(texts.filter((text) => text.includes("ExitStatus") || /\{\s*throw reason/.test(text))).toEqual(
        [],
      );
    }
    expect(written).not.toHaveBeenCalled();
  });
});
