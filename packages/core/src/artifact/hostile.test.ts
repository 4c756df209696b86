import { describe, expect, test } from "vitest";
import { ArtifactError } from "../errors.js";
import { Random } from "../random.js";
import { decodeArtifact, encodeArtifact, packArtifact } from "./artifact.js";
import { decodeArtifactFolder, encodeArtifactFolder } from "./artifact-folder.js";
import { Bag, BagModel, bagRegistry, sampleModel } from "./fixtures/bag.js";
import type { ManifestNode } from "./manifest.js";
import { sha256 } from "./manifest.js";
import { packSafetensors, type StoredTensor } from "./safetensors.js";

// Files that no damage makes: foreign ones, and ones made to harm, whose hashes are right.

async function refusal(file: Uint8Array, limits = {}): Promise<string> {
  const error: unknown = await decodeArtifact(file, bagRegistry, limits).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(ArtifactError);
  return (error as ArtifactError).message;
}

const utf8 = (text: string) => new TextEncoder().encode(text);

/** A safetensors file of any header text. */
function withHeader(header: string, data = new Uint8Array(0)): Uint8Array<ArrayBuffer> {
  const head = utf8(header);
  const out = new Uint8Array(8 + head.length + data.length);
  new DataView(out.buffer).setBigUint64(0, BigInt(head.length), true);
  out.set(head, 8);
  out.set(data, 8 + head.length);
  return out;
}

const padded = (json: string): string => json + " ".repeat((8 - (utf8(json).length % 8)) % 8);
const node: ManifestNode = {
  type: "test/bag",
  params: {},
  features: [],
  state: { note: "", level: 0 },
  children: {},
};
const manifest = { format: "strata", formatVersion: 1, libraryVersion: "0", model: node } as const;
const none = new Map<string, StoredTensor>();
const packed = (patch: object, tensors = none) => packArtifact({ ...manifest, ...patch }, tensors);

describe("foreign files", () => {
  test("nothing, and a few bytes", async () => {
    expect(await refusal(new Uint8Array(0))).toBe("artifact: the file must hold a header, received 0 bytes");
    expect(await refusal(Uint8Array.of(1, 2, 3))).toBe(
      "artifact: the file must hold a header, received 3 bytes",
    );
    expect(await refusal(new Uint8Array(8))).toContain("not a Strata artifact");
  });

  test("random bytes", async () => {
    const random = new Random(5);
    for (let i = 0; i < 500; i++) {
      const bytes = Uint8Array.from({ length: random.integer(400) }, () => random.integer(256));
      // A small length makes the header be looked at.
      if (i % 2 === 0 && bytes.length > 8) bytes.fill(0, 1, 8);
      await refusal(bytes);
    }
  });

  test.each([
    ["a zip", Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0, 0, 0, 8, 0, 1, 2)],
    ["gzip", Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3)],
    ["a pickle", utf8("\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00}\x94.")],
    ["HDF5", utf8("\x89HDF\r\n\x1a\n-----------")],
    ["JSON", utf8('{"format":"layers-model"}          ')],
  ])("%s", async (_, bytes) => {
    expect(await refusal(bytes)).toContain("not a Strata artifact");
  });

  test("safetensors of other writers, with types that are not known here too", async () => {
    const entry = { dtype: "BF16", shape: [2], data_offsets: [0, 4] };
    const data = new Uint8Array(4);
    expect(await refusal(withHeader(padded(JSON.stringify({ w: entry })), data))).toBe(
      "artifact: the header has no metadata: not a Strata artifact",
    );
    const marked = JSON.stringify({ __metadata__: { format: "pt" }, w: entry });
    expect(await refusal(withHeader(padded(marked), data))).toBe(
      "artifact: the metadata must hold a manifest and its hash, received other: not a Strata artifact",
    );
  });

  test("the tensors of a folder, which are no artifact alone", async () => {
    const { tensors } = await encodeArtifactFolder(sampleModel(), bagRegistry);
    expect(await refusal(tensors)).toContain("not a Strata artifact");
  });

  test("a folder of two artifacts", async () => {
    const one = await encodeArtifactFolder(sampleModel(), bagRegistry);
    const two = await encodeArtifactFolder(
      new BagModel(new Bag(), { w: { data: Float64Array.of(1), shape: [1] } }),
      bagRegistry,
    );
    const mixed = decodeArtifactFolder({ manifest: one.manifest, tensors: two.tensors }, bagRegistry);
    await expect(mixed).rejects.toThrow("artifact: there must be 14 tensors, received 1");
    const single = packSafetensors(new Map(), { manifest: "", sha256: "" });
    await expect(
      decodeArtifactFolder({ manifest: one.manifest, tensors: single }, bagRegistry),
    ).rejects.toThrow("the tensors must be of a Strata artifact, received other metadata");
    for (const text of ["", "[]", "null", "{", '{"sha256":1}', "\uFEFF{}", "{}"])
      await expect(
        decodeArtifactFolder({ ...one, manifest: utf8(text) }, bagRegistry),
      ).rejects.toBeInstanceOf(ArtifactError);
  });
});

describe("limits", () => {
  test("sizes are refused before anything is read", async () => {
    const file = await encodeArtifact(sampleModel(), bagRegistry);
    expect(await refusal(file, { maxBytes: 100 })).toBe(
      `artifact: the file must be at most 100 bytes, received ${file.length}`,
    );
    expect(await refusal(file, { maxHeaderBytes: 100 })).toMatch(
      /^artifact: the header must be at most 100 bytes, received \d+: oversized/,
    );
    expect(await refusal(file, { maxTensors: 13 })).toBe(
      "artifact: there must be at most 13 tensors, received 14",
    );
    expect(await refusal(file, { maxDepth: 2 })).toBe(
      "artifact: models must not be nested deeper than the limit, at 'middle/leaf/'",
    );
    const folder = await encodeArtifactFolder(sampleModel(), bagRegistry);
    for (const limits of [{ maxBytes: 100 }, { maxHeaderBytes: 100 }, { maxTensors: 13 }, { maxDepth: 2 }])
      await expect(decodeArtifactFolder(folder, bagRegistry, limits)).rejects.toBeInstanceOf(ArtifactError);
  });

  test.each(["ffffffffffffff7f", "ffffffffffffffff", "0000000000000080", "0100001000000000"])(
    "a header length of 0x%s",
    async (hex) => {
      const bytes = new Uint8Array(64);
      hex.match(/../g)!.forEach((byte, i) => (bytes[i] = Number.parseInt(byte, 16)));
      expect(await refusal(bytes)).toMatch(/oversized/);
    },
  );

  test("models nested 100,000 deep, and JSON nested a million deep", async () => {
    const models = (depth: number) => {
      const tail = JSON.stringify(node);
      const open = tail.replace('"children":{}}', '"children":{"a":');
      return JSON.stringify(manifest).replace(tail, `${open.repeat(depth)}${tail}${"}}".repeat(depth)}`);
    };
    for (const depth of [33, 100_000]) {
      const json = `${models(depth).slice(0, -1)},"tensors":{}}`;
      const file = packSafetensors(none, { manifest: json, sha256: await sha256(utf8(json)) });
      await refusal(file);
    }
    const deep = `${"[".repeat(1_000_000)}${"]".repeat(1_000_000)}`;
    await refusal(withHeader(padded(`{"__metadata__":${deep}}`)));
    await refusal(withHeader(padded(`{"__metadata__":{},"w":${deep}}`)));
    const state = JSON.stringify({ ...manifest, tensors: {} }).replace('{"note":"","level":0}', deep);
    await refusal(packSafetensors(none, { manifest: state, sha256: await sha256(utf8(state)) }));
  });

  test("many models with many tensors are looked at once each", async () => {
    const children = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`m${i}`, node]));
    const tensors = new Map(
      Array.from({ length: 20_000 }, (_, i) => [`m${i}/w`, { data: Uint8Array.of(1), shape: [1] }]),
    );
    const file = await packed({ model: { ...node, children } }, tensors);
    const start = performance.now();
    const model = (await decodeArtifact(file, bagRegistry)) as BagModel;
    expect(Object.keys(model.children).length).toBe(20_000);
    // Every model against every tensor would be 400 million steps.
    expect(performance.now() - start).toBeLessThan(20_000);
  }, 60_000);
});

describe("tensors that are not what they say", () => {
  const header = (entries: object) =>
    withHeader(
      padded(JSON.stringify({ __metadata__: { manifest: "", sha256: "" }, ...entries })),
      new Uint8Array(16),
    );
  const manifestOf = async (entries: object): Promise<Uint8Array> => {
    const file = header(entries);
    const json = JSON.stringify({ ...manifest, tensors: {} });
    const metadata = { manifest: json, sha256: await sha256(utf8(json)) };
    const head = padded(JSON.stringify({ __metadata__: metadata, ...entries }));
    return withHeader(head, file.subarray(file.length - 16));
  };
  test.each<[string, object]>([
    ["beyond the end", { a: { dtype: "F64", shape: [3], data_offsets: [0, 24] } }],
    [
      "over each other",
      {
        a: { dtype: "F64", shape: [1], data_offsets: [0, 8] },
        b: { dtype: "F64", shape: [2], data_offsets: [0, 16] },
      },
    ],
    [
      "with a gap",
      {
        a: { dtype: "U8", shape: [4], data_offsets: [0, 4] },
        b: { dtype: "U8", shape: [8], data_offsets: [8, 16] },
      },
    ],
    ["backwards", { a: { dtype: "U8", shape: [16], data_offsets: [16, 0] } }],
    ["of another size than their shape", { a: { dtype: "U8", shape: [15], data_offsets: [0, 16] } }],
    ["of a shape beyond counting", { a: { dtype: "U8", shape: [2 ** 40, 2 ** 40], data_offsets: [0, 16] } }],
    ["of a negative size", { a: { dtype: "U8", shape: [-16, -1], data_offsets: [0, 16] } }],
    ["of too many axes", { a: { dtype: "U8", shape: [16, 1, 1, 1, 1, 1, 1, 1, 1], data_offsets: [0, 16] } }],
    ["of an unknown type", { a: { dtype: "F16", shape: [8], data_offsets: [0, 16] } }],
    ["with more to say", { a: { dtype: "U8", shape: [16], data_offsets: [0, 16], more: 1 } }],
    ["with no word in the manifest", { a: { dtype: "U8", shape: [16], data_offsets: [0, 16] } }],
  ])("%s", async (_, entries) => {
    await refusal(await manifestOf(entries));
  });
});

describe("manifests with right hashes and wrong content", () => {
  test.each<[string, object, string]>([
    [
      "a newer format, whatever else it says",
      { formatVersion: 2, news: [] },
      "the format version must be at most 1, received 2: update Strata",
    ],
    ["another format", { format: "stratum" }, "the manifest must be one of Strata, received another"],
    ["an unknown key", { extra: 1 }, "the manifest is malformed"],
    ["no model", { model: undefined }, "the manifest is malformed at model"],
    [
      "an unknown type",
      { model: { ...node, type: "evil/loader" } },
      'type must be one of test/bag, received "evil/loader"',
    ],
    [
      "a type that is a path",
      { model: { ...node, type: "../../etc/passwd" } },
      "the manifest is malformed at model.type",
    ],
    [
      "a type that every object has",
      { model: { ...node, type: "test/constructor" } },
      "type must be one of test/bag",
    ],
    [
      "a param out of range",
      { model: { ...node, params: { alpha: -1 } } },
      "test/bag can't be restored: Bag: alpha must be >= 0, received -1",
    ],
    ["an unknown param", { model: { ...node, params: { alhpa: 1 } } }, "did you mean 'alpha'?"],
    [
      "params that are no object",
      { model: { ...node, params: 5 } },
      "test/bag can't be restored: Bag: params must be",
    ],
    [
      "state that is no state",
      { model: { ...node, state: { note: 1, level: 0 } } },
      "test/bag can't be restored: its state is malformed",
    ],
    [
      "parts that don't fit",
      { model: { ...node, state: { note: "", level: -1 } } },
      "Bag: level must be >= 0, received -1",
    ],
    [
      "a child that can't be",
      { model: { ...node, children: { a: { ...node, params: { alpha: -1 } } } } },
      "test/bag at 'a' can't be restored: Bag: alpha",
    ],
    [
      "features that are none",
      { model: { ...node, features: [{ name: "x", role: "feature", kind: "image" }] } },
      "the manifest is malformed at model.features.0.kind",
    ],
    [
      "a tensor column without a size",
      { model: { ...node, features: [{ name: "x", role: "feature", kind: "tensor", shape: [0] }] } },
      "the manifest is malformed at model.features.0.shape.0",
    ],
  ])("%s", async (_, patch, message) => {
    expect(await refusal(await packed(patch))).toContain(message);
  });

  test("tensors that belong to no model", async () => {
    const tensors = new Map([["ghost/w", { data: Uint8Array.of(1), shape: [1] }]]);
    expect(await refusal(await packed({}, tensors))).toBe(
      "artifact: tensors must belong to a model, received some of 'ghost/'",
    );
  });

  test("params that hold estimators in endless nesting", async () => {
    const params = `${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`;
    const json = JSON.stringify({ ...manifest, tensors: {} }).replace('"params":{}', `"params":${params}`);
    expect(
      await refusal(packSafetensors(none, { manifest: json, sha256: await sha256(utf8(json)) })),
    ).toContain("artifact");
  });
});
