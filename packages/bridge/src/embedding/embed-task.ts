import { classicalCodecs } from "@strata-ml/classical";
import {
  decodeArtifact,
  defineTask,
  type Embeds,
  encodeArtifact,
  type EstimatorJson,
  Matrix,
  type Model,
  type PackedDataset,
  packDataset,
  Registry,
  type Dataset,
  type AnyEstimator,
  unpackDataset,
} from "@strata-ml/core";
import { deepCodecs } from "@strata-ml/deep";
import { tensorInputCodec } from "../input/tensor-input.js";
import { type Embedding, type EmbeddingChoice, fitAndEmbed, requireEmbeds } from "./fit-and-embed.js";

/** The types whose networks can be fitted in a worker; a user's own are fitted here. */
export const networkRegistry = new Registry([...classicalCodecs, ...deepCodecs(), tensorInputCodec]);

interface EmbedInput {
  readonly owner: string;
  readonly network: EstimatorJson;
  readonly train: PackedDataset;
  readonly validation: PackedDataset | null;
  /** Rows to embed; null where only the model is wanted. */
  readonly rows: PackedDataset | null;
  readonly choice: EmbeddingChoice;
}

type PlainMatrix = Pick<Matrix, "rows" | "columns" | "data">;

interface EmbedOutput {
  readonly artifact: Uint8Array | null;
  readonly activations: PlainMatrix | null;
  readonly decision: PlainMatrix | null;
}

/** One network fitted in a worker: it answers with embeddings where rows are given, else with the model. */
export const embedTask = defineTask(
  import.meta.url,
  "embedTask",
  async (input: EmbedInput, context): Promise<EmbedOutput> => {
    const { owner, choice } = input;
    const { model, embedding } = await fitAndEmbed(
      owner,
      networkRegistry.estimator(input.network),
      unpackDataset(input.train),
      input.rows && unpackDataset(input.rows),
      choice,
      {
        signal: context.signal,
        ...(input.validation && { validation: unpackDataset(input.validation) }),
        onProgress: ({ stage, done, total, metrics }) =>
          stage === "epoch" && context.progress(done, total, metrics),
      },
    );
    return {
      artifact: embedding === null ? await encodeArtifact(model, networkRegistry) : null,
      activations: embedding && plain(embedding.activations),
      decision: embedding?.decision ? plain(embedding.decision) : null,
    };
  },
);

/** A Matrix as structured cloning carries it. */
const plain = ({ rows, columns, data }: Matrix): PlainMatrix => ({ rows, columns, data });
const matrix = ({ rows, columns, data }: PlainMatrix): Matrix => new Matrix(rows, columns, data);

export function embedInput(
  owner: string,
  network: AnyEstimator,
  train: Dataset,
  rows: Dataset | null,
  choice: EmbeddingChoice,
  validation: Dataset | undefined,
): EmbedInput {
  return {
    owner,
    network: JSON.parse(JSON.stringify(network)) as EstimatorJson,
    train: packDataset(train),
    validation: validation ? packDataset(validation) : null,
    rows: rows && packDataset(rows),
    choice,
  };
}

export async function embedOutput(
  owner: string,
  output: EmbedOutput,
  choice: EmbeddingChoice,
): Promise<{ readonly model: (Model & Embeds) | null; readonly embedding: Embedding | null }> {
  const model =
    output.artifact && requireEmbeds(owner, await decodeArtifact(output.artifact, networkRegistry), choice);
  const embedding = output.activations && {
    activations: matrix(output.activations),
    decision: output.decision && matrix(output.decision),
  };
  return { model, embedding };
}
