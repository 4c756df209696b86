import { decodeArtifact, encodeArtifact, fromColumns, Registry, tensor, text } from "@strata-ml/core";
import { beforeAll, describe, expect, test } from "vitest";
import { selectBackend } from "../backend/select-backend.js";
import { deepCodecs } from "../codecs.js";
import { NeuralRegressor } from "../estimators/neural-regressor.js";
import { categoryEncoding } from "../preprocessing/layers/category-encoding.js";
import { discretization } from "../preprocessing/layers/discretization.js";
import { hashedCrossing } from "../preprocessing/layers/hashed-crossing.js";
import { hashing } from "../preprocessing/layers/hashing.js";
import { integerLookup } from "../preprocessing/layers/integer-lookup.js";
import { normalization } from "../preprocessing/layers/normalization.js";
import type { LayerState } from "../preprocessing/layers/preprocessing-layer.js";
import { stringLookup } from "../preprocessing/layers/string-lookup.js";
import { textVectorization } from "../preprocessing/layers/text-vectorization.js";
import { defineNetwork, type NetworkDefinition } from "./define-network.js";
import type { Node } from "./node.js";

beforeAll(() => selectBackend("cpu"));

const data = fromColumns(
  {
    x: [1, 2.5, Number.NaN, 4],
    big: [1, Number.POSITIVE_INFINITY, 2, 3],
    shop: ["a", "b", null, "a"],
    town: ["A", "B", "C", "D"],
    note: text(["red red fox", "", null, "blue"]),
    pair: tensor(Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8), [2]),
    y: [0, 1, 0, 1],
  },
  { target: "y" },
);
const settings = { network: "net", epochs: 1, patience: null };

/** A network that has this among its inputs. */
const asking = (ask: (n: Parameters<NetworkDefinition["build"]>[0]) => Node): NetworkDefinition =>
  defineNetwork("net", (n) => {
    ask(n);
    const pair = n.inputs.tensorColumn("pair", normalization());
    return n.dense("output", pair, { units: n.outputs });
  });
const fit = (network: NetworkDefinition) =>
  new NeuralRegressor(settings, { networks: [network] }).fit(data.drop(["big"]).labelled("test"));

describe("asking for", () => {
  test.each<[string, Parameters<typeof asking>[0], string]>([
    [
      "a column of another kind",
      (n) => n.inputs.numericColumn("shop", normalization()),
      "network 'net': a numeric input must be one of 'x', received \"shop\"",
    ],
    [
      "a column that is not there",
      (n) => n.inputs.textColumn("letter", textVectorization()),
      "network 'net': a text input must be one of 'note', received \"letter\"",
    ],
    [
      "strings from a layer of numbers",
      (n) => n.inputs.categoricalColumn("shop", normalization() as never),
      "network 'net': the layer of a categorical input must take strings, received \"normalization\"",
    ],
    [
      "numbers from a layer of strings",
      (n) => n.inputs.numericColumn("x", stringLookup() as never),
      "network 'net': the layer of a numeric input must take numbers, received \"stringLookup\"",
    ],
    [
      "something that is no layer",
      (n) => n.inputs.numericColumn("x", { numBins: 3 } as never),
      "network 'net': the layer of a numeric input must be a preprocessing layer, received",
    ],
    [
      "a cross of one column",
      (n) => n.inputs.crossedColumns(["shop"], hashedCrossing({ numBins: 4 })),
      "network 'net': crossed columns must be two or more, received",
    ],
    [
      "a cross through another layer",
      (n) => n.inputs.crossedColumns(["shop", "town"], hashing({ numBins: 4 }) as never),
      "network 'net': crossed columns must go through hashedCrossing, received \"hashing\"",
    ],
    [
      "one column through a cross",
      (n) => n.inputs.categoricalColumn("shop", hashedCrossing({ numBins: 4 })),
      "network 'net': crosses must be asked by crossedColumns, received \"hashedCrossing\"",
    ],
    [
      "whole numbers of a column that has others",
      (n) => n.inputs.numericColumn("x", integerLookup()),
      "NeuralRegressor: column 'x' must hold whole numbers or missing ones, received 2.5 at row 1",
    ],
    [
      "hashes of numbers that are not whole",
      (n) => n.inputs.numericColumn("x", hashing({ numBins: 4 })),
      "NeuralRegressor: column 'x' must hold whole numbers or missing ones, received 2.5 at row 1",
    ],
    [
      "codes beyond numTokens",
      (n) => n.inputs.tensorColumn("pair", categoryEncoding({ numTokens: 8 })),
      "NeuralRegressor: column 'pair' must hold codes from 0 to 7 (numTokens is 8), received 8",
    ],
    [
      "one code of two numbers",
      (n) => n.inputs.tensorColumn("pair", discretization({ numBins: 2, outputMode: "oneHot" })),
      "NeuralRegressor: column 'pair' must hold one value a row to be one-hot (multiHot and count take several), received 2",
    ],
    [
      "an axis that rows don't have",
      (n) => n.inputs.numericColumn("x", normalization({ axis: 2 })),
      "normalization: axis must name axes of rows of shape 1, from 1 to 1, received 2",
    ],
    [
      "more means than there are numbers",
      (n) => n.inputs.numericColumn("x", normalization({ mean: [1, 2], variance: [1, 1] })),
      "normalization: mean and variance must be one number, or as long as the axes are (1), received 2",
    ],
  ])("%s is an error that says so", async (_, ask, message) => {
    await expect(fit(asking(ask))).rejects.toThrow(message);
  });

  test("an infinite number is refused", async () => {
    const network = asking((n) => n.inputs.numericColumn("big", discretization({ numBins: 2 })));
    const estimator = new NeuralRegressor(settings, { networks: [network] });
    await expect(estimator.fit(data)).rejects.toThrow(
      "NeuralRegressor: column 'big' must be finite or missing, received Infinity at row 1",
    );
  });
});

describe("an artifact", () => {
  const network = asking((n) => {
    n.inputs.numericColumn("x", discretization({ numBins: 2 }));
    n.inputs.categoricalColumn("shop", stringLookup({ outputMode: "tfIdf" }));
    return n.inputs.textColumn("note", textVectorization({ maxTokens: 5 }));
  });
  const registry = new Registry(deepCodecs({ networks: [network] }));

  /** The artifact of a model, one of whose layers learned otherwise. */
  async function damaged(place: number, change: (state: LayerState) => LayerState): Promise<Uint8Array> {
    const model = await fit(network);
    const [encoder] = model.fitted.encoder.preprocessed.encoders.slice(place);
    Object.assign(encoder, { state: change(encoder.state) });
    return encodeArtifact(model, registry);
  }

  test.each<[string, number, (state: LayerState) => LayerState, string]>([
    [
      "boundaries that don't ascend",
      0,
      () => ({ numbers: { boundaries: Float64Array.of(2, 1) } }),
      "discretization: its boundaries must fit its params",
    ],
    ["no boundaries", 0, () => ({ numbers: {} }), "discretization: its boundaries must fit its params"],
    [
      "a token twice",
      1,
      ({ numbers }) => ({ numbers, words: ["a", "a"] }),
      "stringLookup: its vocabulary must fit its params",
    ],
    [
      "too few weights",
      1,
      ({ words }) => ({ words, numbers: { weights: Float64Array.of(1) } }),
      "stringLookup: its vocabulary must fit its params",
    ],
    [
      "weights that are no numbers",
      1,
      ({ words }) => ({ words, numbers: { weights: new Float64Array(3).fill(Number.NaN) } }),
      "stringLookup: its vocabulary must fit its params",
    ],
    [
      "more tokens than it may have",
      2,
      ({ numbers }) => ({ numbers, words: ["a", "b", "c", "d"] }),
      "textVectorization: its vocabulary must fit its params",
    ],
  ])("with %s is refused", async (_, place, change, message) => {
    await expect(decodeArtifact(await damaged(place, change), registry)).rejects.toThrow(message);
  });

  test("whose layer, column or way of taking a column is another is refused", async () => {
    const change = async (what: object): Promise<unknown> => {
      const model = await fit(network);
      Object.assign(model.fitted.encoder.preprocessed.encoders[0], what);
      return decodeArtifact(await encodeArtifact(model, registry), registry);
    };
    await expect(change({ layer: { type: "eval", params: {} } })).rejects.toThrow(
      "a preprocessing layer must be one of",
    );
    await expect(change({ layer: { type: "discretization", params: { bins: 3 } } })).rejects.toThrow(
      "discretization: there is no param",
    );
    await expect(change({ columns: ["nowhere"] })).rejects.toThrow(
      'the columns of layers must be features, received "nowhere"',
    );
    await expect(change({ columns: ["shop"] })).rejects.toThrow(
      'must take strings, received "discretization"',
    );
    const model = await fit(network);
    Object.assign(model.fitted.encoder.preprocessed, { taken: new Set(["town"]) });
    await expect(decodeArtifact(await encodeArtifact(model, registry), registry)).rejects.toThrow(
      "the columns taken by layers must go through layers",
    );
  });

  test("whose network asks for other layers now is refused", async () => {
    const artifact = await encodeArtifact(await fit(network), registry);
    const other = asking((n) => n.inputs.numericColumn("x", discretization({ numBins: 3 })));
    await expect(decodeArtifact(artifact, new Registry(deepCodecs({ networks: [other] })))).rejects.toThrow(
      "network 'net': the network must ask for the inputs that it asked for in fit",
    );
  });
});
