import { z } from "zod";
import { activationNames } from "../layers/activation.js";

const units = z.int().min(1).max(4096);

/** The params that shape inputs and network, shared by every neural estimator. */
export const networkSettingsShape = {
  network: z
    .string()
    .min(1)
    .default("default")
    .describe("Name of the network: default, tabularTransformer, or one passed to the constructor"),
  hiddenUnits: z
    .array(units)
    .min(1)
    .max(32)
    .readonly()
    .default([64, 32])
    .describe(
      "Units of the hidden layers over the joined inputs; the last of them is the layer named embedding",
    ),
  activation: z.enum(activationNames).default("relu").describe("Activation of the hidden layers"),
  dropout: z
    .number()
    .min(0)
    .lt(1)
    .default(0.1)
    .describe("Part of each hidden layer's values that training drops"),
  normalization: z
    .enum(["none", "layer", "batch"])
    .default("none")
    .describe("Whether each hidden layer is standardised, by row or by batch"),
  categoricalUnits: units
    .nullable()
    .default(null)
    .describe("Units of a category's embedding; null takes min(50, 1.6 n^0.56) for n categories"),
  minCategoryCount: z
    .int()
    .min(1)
    .default(1)
    .describe("Categories seen less often in fit share the code of unseen ones"),
  textTokens: z
    .enum(["word", "char", "charNgram"])
    .default("charNgram")
    .describe("What a text is cut into: words, characters, or runs of characters"),
  textNgram: z.int().min(2).max(16).default(3).describe("Characters of a run"),
  textMode: z
    .enum(["hashing", "vocabulary"])
    .default("hashing")
    .describe("Whether tokens are hashed, or looked up among the most frequent ones of fit"),
  maxTokens: z
    .int()
    .min(2)
    .max(1 << 20)
    .default(4096)
    .describe("Hash buckets, or size of the vocabulary at most"),
  maxTextLength: z
    .int()
    .min(1)
    .max(4096)
    .default(64)
    .describe("Tokens of a text that are kept, from its start"),
  textLowercase: z.boolean().default(true).describe("Whether texts are put in lower case"),
  textUnits: units
    .default(16)
    .describe("Units of a token's embedding; for a transformer a multiple of the heads"),
  textEncoder: z
    .enum(["pool", "conv", "transformer"])
    .default("pool")
    .describe(
      "How tokens become one vector: mean and maximum of their embeddings, of a convolution over them, or of what a transformer makes of them and their places",
    ),
  textFilters: units.default(32).describe("Of conv: filters of the convolution"),
  textKernelSize: z.int().min(1).max(64).default(3).describe("Of conv: tokens that a filter sees"),
  sequenceEncoder: z
    .enum(["gru", "attention", "transformer"])
    .default("gru")
    .describe(
      "How steps become one vector: last state of a GRU, attention over a convolution of them, or mean of what a transformer makes of them",
    ),
  sequenceUnits: units
    .default(32)
    .describe("Units of a sequence's vector; for a transformer a multiple of the heads"),
  maxSequenceLength: z
    .int()
    .min(1)
    .max(4096)
    .default(32)
    .describe("Steps of a sequence that are kept, the most recent"),
  imageEncoder: z
    .enum(["flat", "cnn"])
    .default("flat")
    .describe(
      "Whether tensor columns of height x width (x channels) are numbers among the others, or images that go through convolutions",
    ),
  imageFilters: z
    .array(units)
    .min(1)
    .max(12)
    .readonly()
    .default([16, 32])
    .describe("Filters of those convolutions, 3 x 3 each; after each of them the image is halved"),
  transformerUnits: units
    .default(32)
    .describe("Of tabularTransformer: units of a feature's token, a multiple of the heads"),
  transformerHeads: z
    .int()
    .min(1)
    .max(64)
    .default(4)
    .describe("Of transformers, over a table, a text or a sequence: heads of the attention"),
  transformerBlocks: z
    .int()
    .min(1)
    .max(32)
    .default(3)
    .describe("Of transformers, over a table, a text or a sequence: blocks of attention and hidden layer"),
};

const settings = z.strictObject(networkSettingsShape);
export type NetworkSettings = Readonly<z.output<typeof settings>>;
