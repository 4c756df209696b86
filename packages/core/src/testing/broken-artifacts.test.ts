import { expect, test } from "vitest";
import type { AnyCodec } from "../artifact/codec.js";
import { Registry } from "../artifact/registry.js";
import { failures } from "./fixtures/failures.js";
import { SmallClusterer, SmallClustererModel, smallClustererCodec } from "./fixtures/small-clusterer.js";
import { SmallRegressor, SmallRegressorModel, smallRegressorCodec } from "./fixtures/small-regressor.js";
import { Standardizer } from "./fixtures/standardizer.js";

const features = ({ u, v }: { u: Float64Array; v: Float64Array }) => ({ numericU: u, numericV: v });

/** What a regressor fails with its codec changed. */
const withCodec = (changes: Partial<AnyCodec>) =>
  failures(() => new SmallRegressor(), {
    features,
    registry: new Registry([{ ...smallRegressorCodec, ...changes } as AnyCodec]),
  });

test("an artifact that loses a field", async () => {
  const found = await withCodec({
    decode: async (parts) => {
      const model: SmallRegressorModel = await smallRegressorCodec.decode(parts);
      return new SmallRegressorModel(model.estimator, model.features, model.standard, model.coef, 0);
    },
  });
  expect(Object.keys(found)).toEqual(["artifactRoundTrip", "artifactStable"]);
  expect(found.artifactRoundTrip).toMatch(/^the restored model: predict must be -?[\d.]+ at row 0, received/);
  expect(found.artifactStable).toMatch(
    /^a restored model must be encoded to the same \d+ bytes, received \d+, other ones from \d+/,
  );
});

test("predictions that are NaN after load", async () => {
  const found = await withCodec({
    decode: async (parts) => {
      const model: SmallRegressorModel = await smallRegressorCodec.decode(parts);
      return new SmallRegressorModel(
        model.estimator,
        model.features,
        model.standard,
        new Float64Array(0),
        Number.NaN,
      );
    },
  });
  expect(found.artifactRoundTrip).toMatch(
    /^the restored model: predict must be -?[\d.]+ at row 0, received NaN$/,
  );
});

test("coefficients stored as float32", async () => {
  const found = await withCodec({
    encode: (model: SmallRegressorModel) => {
      const { state, tensors } = smallRegressorCodec.encode(model);
      return { state, tensors: { ...tensors, coef: Float64Array.from(Float32Array.from(model.coef)) } };
    },
  });
  expect(Object.keys(found)).toEqual(["artifactRoundTrip"]);
});

test("parts that don't fit each other, taken", async () => {
  const found = await withCodec({
    decode: ({ estimator, features, state, tensors }) => {
      const read = (name: string): Float64Array =>
        tensors.has(name) ? Float64Array.from(tensors.stored(name).data) : new Float64Array(2);
      const standard = new Standardizer(read("mean"), read("scale"));
      return new SmallRegressorModel(estimator, features, standard, read("coef"), state.intercept);
    },
  });
  expect(Object.keys(found)).toEqual(["misfitArtifactRefused"]);
  expect(found.misfitArtifactRefused).toBe(
    "an artifact with tensor 'mean' of test/small-regressor absent must be refused with ArtifactError, received no error but a SmallRegressorModel",
  );
});

test("labels of clusters that are lost", async () => {
  const codec = {
    ...smallClustererCodec,
    decode: async (parts: Parameters<typeof smallClustererCodec.decode>[0]) => {
      const model = await smallClustererCodec.decode(parts);
      return new SmallClustererModel(
        model.estimator,
        model.features,
        model.centres,
        new Int32Array(model.labels.length),
      );
    },
  };
  const found = await failures(() => new SmallClusterer(), { features, registry: new Registry([codec]) });
  expect(found.artifactRoundTrip).toBe("the restored model must have the same labels and nClusters");
});

test("a codec that takes any params, and one that is not there", async () => {
  const found = await withCodec({
    estimator: ({ alpha, sweeps, seed }) => new SmallRegressor({ alpha, sweeps, seed }),
  });
  expect(found).toEqual({
    foreignArtifactRefused:
      "params in JSON that don't exist must be refused with StrataError that names 'noSuchParam', received no error but a SmallRegressor",
  });
  const none = await failures(() => new SmallRegressor(), {
    features,
    registry: new Registry([smallClustererCodec]),
  });
  expect(none.tagsValid).toBe("the registry must hold a codec of test/small-regressor, received none");
  expect(none.artifactRoundTrip).toMatch(
    /type must be one of test\/small-clusterer, received "test\/small-regressor"/,
  );
});
