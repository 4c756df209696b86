import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { Matrix } from "../matrix.js";
import { ArtifactError, ParamError } from "../errors.js";
import { decodeArtifact, encodeArtifact } from "./artifact.js";
import { decodeArtifactFolder, encodeArtifactFolder } from "./artifact-folder.js";
import { defineCodec, TensorReader } from "./codec.js";
import { Bag, bagCodec, BagModel, bagRegistry, sampleModel } from "./fixtures/bag.js";
import { Registry } from "./registry.js";
import type { StoredTensor } from "./safetensors.js";

const throughFile = async (model: BagModel) =>
  (await decodeArtifact(await encodeArtifact(model, bagRegistry), bagRegistry)) as BagModel;
const throughFolder = async (model: BagModel) =>
  (await decodeArtifactFolder(await encodeArtifactFolder(model, bagRegistry), bagRegistry)) as BagModel;

/** All that a model is, children in it, comparable. */
function contents(model: BagModel): unknown {
  return {
    type: model.type,
    params: model.estimator.params,
    features: model.features,
    state: model.state,
    tensors: model.tensors,
    children: Object.entries(model.children).map(([name, child]) => [name, contents(child as BagModel)]),
  };
}

const element = {
  F64: Float64Array,
  F32: Float32Array,
  I32: Int32Array,
  U32: Uint32Array,
  U16: Uint16Array,
  U8: Uint8Array,
};
const tensor: fc.Arbitrary<StoredTensor> = fc
  .tuple(
    fc.constantFrom(...Object.values(element)),
    fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }),
    fc.nat(255),
  )
  .map(([Type, shape, seed]) => {
    const size = shape.reduce((a, b) => a * b, 1);
    const data = new Type(size);
    for (let i = 0; i < size; i++) data[i] = (seed * (i + 1)) % 251;
    return { data, shape };
  });
const name = fc.oneof(
  fc.constantFrom("a", "b/c", "~", "/", "0", "7", "constructor", ""),
  fc.string({ maxLength: 4, unit: "grapheme" }),
);
const named = <T>(item: fc.Arbitrary<T>, maxKeys: number) =>
  fc
    .array(fc.tuple(name, item), { maxLength: maxKeys })
    .map(
      (entries) => Object.fromEntries(entries.filter(([key]) => !key.startsWith("__"))) as Record<string, T>,
    );
const { model: anyModel } = fc.letrec<{ model: BagModel }>((tie) => ({
  model: fc
    .tuple(
      fc.record({
        alpha: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
        labels: fc.array(fc.string()),
      }),
      named(tensor, 4),
      fc.oneof({ depthSize: "small", withCrossShrink: true }, fc.constant({}), named(tie("model"), 3)),
      fc.record({ note: fc.string({ unit: "grapheme" }), level: fc.nat() }),
    )
    .map(([params, tensors, children, state]) => new BagModel(new Bag(params), tensors, children, state)),
}));

describe("a round trip", () => {
  test.each([
    ["one file", throughFile],
    ["a folder", throughFolder],
  ])("of nested models through %s changes nothing", async (_, through) => {
    const model = sampleModel();
    const again = await through(model);
    expect(contents(again)).toEqual(contents(model));
    expect(again.estimator).toEqual(model.estimator);
    expect(Object.is(again.tensors.mean.data[2], -0)).toBe(true);
  });

  test.prop([anyModel], { numRuns: 300 })("of any tree of models", async (model) => {
    const expected = contents(model);
    expect(contents(await throughFile(model))).toEqual(expected);
    expect(contents(await throughFolder(model))).toEqual(expected);
  });

  test("gives the same bytes each time, and again from what was read", async () => {
    const bytes = await encodeArtifact(sampleModel(), bagRegistry);
    expect(await encodeArtifact(sampleModel(), bagRegistry)).toEqual(bytes);
    expect(await encodeArtifact(await decodeArtifact(bytes, bagRegistry), bagRegistry)).toEqual(bytes);
  });

  test("reads from the middle of a buffer, at any alignment", async () => {
    const bytes = await encodeArtifact(sampleModel(), bagRegistry);
    for (const shift of [1, 3, 8]) {
      const block = new Uint8Array(bytes.length + 16);
      block.set(bytes, shift);
      const again = await decodeArtifact(block.subarray(shift, shift + bytes.length), bagRegistry);
      expect(contents(again as BagModel)).toEqual(contents(sampleModel()));
    }
  });

  test("takes tensors in shared memory", async () => {
    const shared = new Float64Array(new SharedArrayBuffer(16));
    shared.set([1, 2]);
    const again = await throughFile(new BagModel(new Bag(), { w: { data: shared, shape: [2] } }));
    expect(again.tensors.w.data).toEqual(Float64Array.of(1, 2));
  });

  test("other tools read the tensors: the layout is that of safetensors", async () => {
    const { tensors } = await encodeArtifactFolder(
      new BagModel(new Bag(), { w: { data: Float32Array.of(1.5), shape: [1, 1] } }),
      bagRegistry,
    );
    const length = Number(new DataView(tensors.buffer).getBigUint64(0, true));
    const header: unknown = JSON.parse(new TextDecoder().decode(tensors.subarray(8, 8 + length)));
    expect(header).toEqual({
      __metadata__: { format: "strata" },
      w: { dtype: "F32", shape: [1, 1], data_offsets: [0, 4] },
    });
    expect((8 + length) % 8).toBe(0);
    expect(new DataView(tensors.buffer).getFloat32(8 + length, true)).toBe(1.5);
  });
});

describe("what can't be encoded is refused", () => {
  const encode = (patch: { tensors?: unknown; state?: unknown; params?: unknown; children?: unknown }) => {
    const codec = defineCodec({
      ...bagCodec,
      encode: () => ({ state: { note: "", level: 0 }, ...patch }) as never,
    });
    const estimator = new Bag();
    if (patch.params !== undefined) Object.defineProperty(estimator, "params", { value: patch.params });
    return encodeArtifact(new BagModel(estimator), new Registry([codec]));
  };
  test.each(
    (<[patch: object, message: string][]>[
      [{ state: { a: [1, Number.NaN] } }, "Bag: state.a[1] must be plain JSON, received NaN"],
      [{ state: { f: () => 1 } }, "Bag: state.f must be plain JSON, received a function"],
      [{ state: { a: Float64Array.of(1) } }, "Bag: state.a must be plain JSON, received a Float64Array"],
      [{ state: { m: new Map() } }, "Bag: state.m must be plain JSON, received a Map"],
      [{ state: { d: new Date(0) } }, "Bag: state.d must be plain JSON, received a Date"],
      [{ state: [undefined] }, "Bag: state[0] must be plain JSON, received undefined"],
      [{ state: 5n }, "Bag: state must be plain JSON, received 5"],
      [
        { params: { tol: Number.POSITIVE_INFINITY } },
        "Bag: params.tol must be plain JSON, received Infinity",
      ],
      [{ params: { f: () => 1 } }, "Bag: params.f must be plain JSON, received a function"],
      [
        { tensors: { w: BigInt64Array.of(1n) } },
        "artifact: tensors must be F64, F32, I32, U32, U16, U8, received a BigInt64Array",
      ],
      [
        { tensors: { w: { data: Float64Array.of(1), shape: [2] } } },
        "Bag: tensor 'w' of shape 2 must have 2 values, received 1",
      ],
      [
        { tensors: { __metadata__: Float64Array.of(1) } },
        'Bag: a part of an artifact must have another name, received "__metadata__"',
      ],
    ]).map(([patch, message]) => [message, patch] as const),
  )("%s", async (message, patch) => {
    await expect(encode(patch)).rejects.toThrow(message);
    await expect(encode(patch)).rejects.toBeInstanceOf(ArtifactError);
  });

  test("a type that the registry does not hold", async () => {
    await expect(encodeArtifact(sampleModel(), new Registry([]))).rejects.toThrow(
      'Registry: type must be one of , received "test/bag"',
    );
  });

  test("estimators among params are carried as their JSON, and undefined as nothing", async () => {
    const inner = new Bag({ alpha: 2 });
    const bytes = await encode({ params: { inner, none: undefined } });
    const text = new TextDecoder().decode(bytes);
    expect(text).toContain(
      String.raw`\"params\":{\"inner\":{\"type\":\"test/bag\",\"params\":{\"alpha\":2,\"labels\":[]}}}`,
    );
  });
});

describe("TensorReader", () => {
  const reader = new TensorReader(
    "test/bag",
    new Map<string, StoredTensor>([
      ["f64", { data: Float64Array.of(1, 2, 3, 4), shape: [2, 2] }],
      ["f32", { data: Float32Array.of(1), shape: [1] }],
      ["i32", { data: Int32Array.of(1), shape: [1] }],
      ["u32", { data: Uint32Array.of(1), shape: [1] }],
      ["u16", { data: Uint16Array.of(1), shape: [1] }],
      ["u8", { data: Uint8Array.of(1), shape: [1] }],
    ]),
  );

  test("every type by its name", () => {
    expect(reader.float64("f64", 4)).toEqual(Float64Array.of(1, 2, 3, 4));
    expect(
      [
        reader.float32("f32"),
        reader.int32("i32"),
        reader.uint32("u32"),
        reader.uint16("u16"),
        reader.uint8("u8"),
      ].map(([one]) => one),
    ).toEqual([1, 1, 1, 1, 1]);
    expect(reader.matrix("f64", 2, 2)).toEqual(
      Matrix.fromRows([
        [1, 2],
        [3, 4],
      ]),
    );
    expect([reader.has("f64"), reader.has("z"), reader.names.length]).toEqual([true, false, 6]);
  });

  test("what is absent, of another type or size", () => {
    expect(() => reader.float64("z")).toThrow("test/bag: tensor 'z' must be in the artifact, received none");
    expect(() => reader.float64("f32")).toThrow(
      "test/bag: tensor 'f32' must be a Float64Array, received a Float32Array",
    );
    expect(() => reader.float64("f64", 3)).toThrow("test/bag: tensor 'f64' must have 3 values, received 4");
    expect(() => reader.matrix("f64", 4)).toThrow("test/bag: tensor 'f64' must be 4 x any, received 2 x 2");
    expect(() => reader.matrix("f32")).toThrow(ArtifactError);
  });
});

describe("arguments that are none", () => {
  const model = sampleModel();
  const bytes = new Uint8Array(9);
  const folder = { manifest: bytes, tensors: bytes };
  const never = (value: unknown) => value as never;
  test.each<[string, () => Promise<unknown>, string]>([
    [
      "an estimator",
      () => encodeArtifact(never(new Bag({})), bagRegistry),
      "the model must be a fitted model, received a Bag",
    ],
    [
      "no model",
      () => encodeArtifact(never(null), bagRegistry),
      "the model must be a fitted model, received null",
    ],
    [
      "no registry",
      () => encodeArtifact(model, never(undefined)),
      "the registry must be a Registry, received undefined",
    ],
    [
      "codecs for a registry",
      () => encodeArtifact(model, never([bagCodec])),
      "the registry must be a Registry",
    ],
    [
      "no registry for a folder",
      () => encodeArtifactFolder(model, never({})),
      "the registry must be a Registry",
    ],
    [
      "no file",
      () => decodeArtifact(never(undefined), bagRegistry),
      "the file must be a Uint8Array, received undefined",
    ],
    [
      "a path",
      () => decodeArtifact(never("model"), bagRegistry),
      'the file must be a Uint8Array, received "model"',
    ],
    [
      "no registry to read with",
      () => decodeArtifact(bytes, never(null)),
      "the registry must be a Registry, received null",
    ],
    [
      "no folder",
      () => decodeArtifactFolder(never(null), bagRegistry),
      "the folder must be an object, received null",
    ],
    [
      "half a folder",
      () => decodeArtifactFolder(never({ manifest: bytes }), bagRegistry),
      "the tensors must be a Uint8Array",
    ],
    [
      "no registry for the folder",
      () => decodeArtifactFolder(folder, never(5)),
      "the registry must be a Registry, received 5",
    ],
  ])("%s", async (_, call, message) => {
    await expect(call()).rejects.toThrow(ArtifactError);
    await expect(call()).rejects.toThrow(message);
  });

  test("a limit that does not exist", async () => {
    const limits = { maxByte: 5 } as object;
    await expect(decodeArtifact(bytes, bagRegistry, limits)).rejects.toThrow(ParamError);
    await expect(decodeArtifactFolder(folder, bagRegistry, limits)).rejects.toThrow(
      "decodeArtifactFolder: limits must be among 'maxBytes', 'maxHeaderBytes', 'maxTensors', 'maxDepth', received \"maxByte\", did you mean 'maxBytes'?",
    );
  });
});
