import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bagRegistry, type BagModel, sampleModel } from "../artifact/fixtures/bag.js";
import { Registry } from "../artifact/registry.js";
import { ArtifactError } from "../errors.js";
import { loadModel, saveModel } from "./model-file.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "strata-model-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function failure(act: Promise<unknown>): Promise<string> {
  const error: unknown = await act.catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(ArtifactError);
  return (error as ArtifactError).message;
}

const model = sampleModel();

describe("saveModel and loadModel", () => {
  test("one file where the path ends in .safetensors", async () => {
    const path = join(folder, "new", "deep", "model.safetensors");
    const size = await saveModel(model, path, bagRegistry);
    expect((await readFile(path)).length).toBe(size);
    expect(((await loadModel(path, bagRegistry)) as BagModel).tensors).toEqual(model.tensors);
    expect(await readdir(join(folder, "new", "deep"))).toEqual(["model.safetensors"]);
  });

  test("a folder of two files elsewhere, whose manifest can be read", async () => {
    const path = join(folder, "model");
    const size = await saveModel(model, path, bagRegistry);
    expect((await readdir(path)).sort()).toEqual(["manifest.json", "tensors.safetensors"]);
    const text = await readFile(join(path, "manifest.json"), "utf8");
    expect(size).toBe(Buffer.byteLength(text) + (await readFile(join(path, "tensors.safetensors"))).length);
    expect(text).toMatch(/^\{\n {2}"format": "strata",\n {2}"formatVersion": 1,\n/);
    expect(JSON.parse(text)).toMatchObject({
      model: { type: "test/bag", params: { alpha: 3 } },
      tensors: { codes: { dtype: "U16", shape: [3] } },
    });
    const again = (await loadModel(path, bagRegistry)) as BagModel;
    expect([again.tensors, again.state, again.features]).toEqual([
      model.tensors,
      model.state,
      model.features,
    ]);
  });

  test("saving again replaces the model, and leaves other files of the folder alone", async () => {
    const path = join(folder, "again");
    await mkdir(path);
    await writeFile(join(path, "notes.txt"), "mine");
    await saveModel(model, path, bagRegistry);
    await saveModel(model.children.other, path, bagRegistry);
    expect(((await loadModel(path, bagRegistry)) as BagModel).tensors).toEqual({});
    expect((await readdir(path)).sort()).toEqual(["manifest.json", "notes.txt", "tensors.safetensors"]);
  });

  test("a changed space in the manifest, and a file of another model, are refused", async () => {
    const path = join(folder, "changed");
    await saveModel(model, path, bagRegistry);
    const manifest = join(path, "manifest.json");
    const text = await readFile(manifest, "utf8");
    await writeFile(manifest, text.replace('"alpha": 3', '"alpha":  3'));
    expect(await failure(loadModel(path, bagRegistry))).toBe(
      "artifact: the manifest is damaged: it differs from its hash",
    );
    await writeFile(manifest, text.replace('"alpha": 3', '"alpha": 4'));
    expect(await failure(loadModel(path, bagRegistry))).toBe(
      "artifact: the manifest is damaged: it differs from its hash",
    );
    await writeFile(manifest, text);
    expect((await loadModel(path, bagRegistry)).type).toBe("test/bag");
  });

  test("several saves to one path at once leave one whole model", async () => {
    const path = join(folder, "race.safetensors");
    await Promise.all(Array.from({ length: 8 }, () => saveModel(model, path, bagRegistry)));
    expect((await loadModel(path, bagRegistry)).type).toBe("test/bag");
    expect((await readdir(folder)).filter((name) => name.includes("partial"))).toEqual([]);
  });
});

describe("errors say which path and why", () => {
  test("absent, a folder without a model, half a folder", async () => {
    const absent = join(folder, "absent.safetensors");
    expect(await failure(loadModel(absent, bagRegistry))).toBe(
      `loadModel: '${absent}' must be a readable model (ENOENT)`,
    );
    const empty = join(folder, "empty");
    await mkdir(empty);
    expect(await failure(loadModel(empty, bagRegistry))).toBe(
      `loadModel: '${join(empty, "manifest.json")}' must be a readable model (ENOENT)`,
    );
    const half = join(folder, "half");
    await saveModel(model, half, bagRegistry);
    await rm(join(half, "tensors.safetensors"));
    expect(await failure(loadModel(half, bagRegistry))).toBe(
      `loadModel: '${join(half, "tensors.safetensors")}' must be a readable model (ENOENT)`,
    );
  });

  test("oversized, before it is read", async () => {
    const path = join(folder, "large.safetensors");
    const size = await saveModel(model, path, bagRegistry);
    expect(await failure(loadModel(path, bagRegistry, { maxBytes: 10 }))).toBe(
      `loadModel: '${path}' must be at most 10 bytes, received ${size}`,
    );
    const parts = join(folder, "large");
    await saveModel(model, parts, bagRegistry);
    expect(await failure(loadModel(parts, bagRegistry, { maxBytes: 10 }))).toContain(
      "tensors.safetensors' must be at most 10 bytes",
    );
    expect(await failure(loadModel(parts, bagRegistry, { maxHeaderBytes: 10 }))).toContain(
      "manifest.json' must be at most 10 bytes",
    );
  });

  test("a path that can't be written", async () => {
    const file = join(folder, "file");
    await writeFile(file, "");
    const below = join(file, "model.safetensors");
    expect(await failure(saveModel(model, below, bagRegistry))).toMatch(
      /^saveModel: '.*model\.safetensors' must be a path that can be written \((ENOTDIR|EEXIST)\)$/,
    );
    expect(await failure(saveModel(model, file, bagRegistry))).toMatch(/must be a path that can be written/);
    const taken = join(folder, "taken.safetensors");
    await mkdir(taken);
    expect(await failure(saveModel(model, taken, bagRegistry))).toMatch(/must be a path that can be written/);
    expect((await readdir(folder)).filter((name) => name.includes("partial"))).toEqual([]);
  });

  test("nothing is written for a model that can't be encoded", async () => {
    const path = join(folder, "never.safetensors");
    expect(await failure(saveModel(model, path, new Registry([])))).toContain(
      "Registry: type must be one of",
    );
    expect(await readdir(folder)).not.toContain("never.safetensors");
  });
});
