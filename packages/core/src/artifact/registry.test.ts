import { describe, expect, test } from "vitest";
import { ArtifactError } from "../errors.js";
import { defineCodec } from "./codec.js";
import { Bag, bagCodec } from "./fixtures/bag.js";
import { Registry } from "./registry.js";

describe("Registry", () => {
  const registry = new Registry([bagCodec, bagCodec]);

  test("a codec may come twice, two codecs of one type may not", () => {
    expect(registry.types).toEqual(["test/bag"]);
    expect(() => new Registry([bagCodec, defineCodec({ ...bagCodec })])).toThrow(
      "Registry: type 'test/bag' is there twice",
    );
  });

  test.each<[unknown, string]>([
    [undefined, "codecs must be an array, received undefined"],
    [bagCodec, "codecs must be an array, received an object"],
    [[bagCodec, {}], "codecs[1] must be a codec, received an object"],
    [[undefined], "codecs[0] must be a codec, received undefined"],
  ])("no registry of %j", (codecs, message) => {
    expect(() => new Registry(codecs as never)).toThrow(ArtifactError);
    expect(() => new Registry(codecs as never)).toThrow(`Registry: ${message}`);
  });

  test.each(["test/other", "constructor", "__proto__", ""])("no codec for %j", (type) => {
    expect(() => registry.codec(type)).toThrow(`Registry: type must be one of test/bag, received "${type}"`);
    expect(() => registry.codec(type)).toThrow(ArtifactError);
  });

  test("estimators from their JSON, parsed or not", () => {
    const bag = new Bag({ alpha: 3 });
    expect(registry.estimator(bag.toJSON())).toEqual(bag);
    expect(registry.estimator(JSON.parse(JSON.stringify(bag)) as ReturnType<Bag["toJSON"]>)).toEqual(bag);
    for (const json of [null, 5, {}, { type: 1 }])
      expect(() => registry.estimator(json as never)).toThrow(
        "Registry: an estimator must be { type, params }",
      );
    expect(() => registry.estimator({ type: "test/bag", params: { alpha: "x" } })).toThrow(
      'Bag: alpha must be a number, received "x"',
    );
  });
});
