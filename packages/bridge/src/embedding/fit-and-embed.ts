import {
  type AnyEstimator,
  canDecide,
  canEmbed,
  type Dataset,
  DataError,
  type Embeds,
  type FitOptions,
  listNames,
  type Matrix,
  type Model,
} from "@strata-ml/core";

/** What a network says of some rows: the activations of a layer, and its decision where asked for. */
export interface Embedding {
  readonly activations: Matrix;
  readonly decision: Matrix | null;
}

/** Which part of a network's answer is wanted. */
export interface EmbeddingChoice {
  /** A name of `model.layers`; null for the network's own default. */
  readonly layer: string | null;
  readonly decision: boolean;
}

/** Throws {@link DataError} for a model that has no layers to read, or not the wanted one, or no decision though it is wanted. */
export function requireEmbeds(
  owner: string,
  model: Model,
  { layer, decision }: EmbeddingChoice,
): Model & Embeds {
  if (!canEmbed(model))
    throw new DataError(owner, `network must be an estimator whose model embeds, received ${model.owner}`);
  if (layer !== null && !model.layers.includes(layer)) {
    throw new DataError(owner, `layer must be one of ${listNames(model.layers, 20)}, received '${layer}'`);
  }
  if (decision && !canDecide(model))
    throw new DataError(owner, `decision needs a network with decisions, received ${model.owner}`);
  return model;
}

/** Activations, and decisions where wanted, of a fitted network. */
export async function embedRows(
  model: Model & Embeds,
  data: Dataset,
  choice: EmbeddingChoice,
): Promise<Embedding> {
  const activations = await model.embed(data, choice.layer === null ? {} : { layer: choice.layer });
  const decision = choice.decision && canDecide(model) ? await model.decisionFunction(data) : null;
  return { activations, decision };
}

/** Fits a network on some rows and lets it embed others. */
export async function fitAndEmbed(
  owner: string,
  network: AnyEstimator,
  train: Dataset,
  rows: Dataset | null,
  choice: EmbeddingChoice,
  options: FitOptions,
): Promise<{ readonly model: Model & Embeds; readonly embedding: Embedding | null }> {
  const model = requireEmbeds(owner, await network.fit(train, options), choice);
  return { model, embedding: rows === null ? null : await embedRows(model, rows, choice) };
}
