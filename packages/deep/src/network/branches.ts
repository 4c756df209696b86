import { uniformInitializer } from "./initializer.js";
import type { NetworkBuilder } from "./network-builder.js";
import type { SequenceInput } from "./network-inputs.js";
import type { NetworkSettings } from "./network-settings.js";
import type { Image, StepCodes, Steps, Vector } from "./node.js";

/** Units of a category's embedding: those of the settings, or by the rule of thumb of fastai. */
export function categoryUnits(categories: number, { categoricalUnits }: NetworkSettings): number {
  return categoricalUnits ?? Math.min(50, Math.round(1.6 * categories ** 0.56));
}

/** All columns but numbers and categories, each as one vector named after its kind and column. */
export function columnBranches(n: NetworkBuilder, settings: NetworkSettings): Vector[] {
  const { text, sequence, imageColumns } = n.inputs;
  return [
    ...[...text].map(([column, tokens]) => textBranch(n, `text:${column}`, tokens, settings)),
    ...[...sequence].map(([column, steps]) => sequenceBranch(n, `sequence:${column}`, steps, settings)),
    ...(settings.imageEncoder === "cnn" ? imageColumns : []).map((column) =>
      imageBranch(n, `image:${column}`, n.inputs.imageColumn(column), settings),
    ),
  ];
}

function textBranch(n: NetworkBuilder, name: string, tokens: StepCodes, settings: NetworkSettings): Vector {
  const { textUnits, textEncoder, textFilters, textKernelSize, maxTextLength } = settings;
  const initializer = uniformInitializer(1 / Math.sqrt(textUnits));
  const embedded = n.embedding(`embedding(${name})`, tokens, { units: textUnits, initializer });
  const encoded = (): Steps => {
    if (textEncoder === "pool") return embedded;
    if (textEncoder === "conv") {
      const options = { filters: textFilters, kernelSize: textKernelSize, activation: "relu" } as const;
      return n.conv1d(`conv(${name})`, embedded, options);
    }
    const placed = n.positionalEmbedding(`positions(${name})`, embedded, { maxSteps: maxTextLength });
    return transformer(n, name, placed, settings);
  };
  const steps = encoded();
  return n.named(name, n.concat([n.meanPool(steps), n.maxPool(steps)]));
}

/** Blocks of attention and hidden layer over steps that tell their place, standardised at the end. */
function transformer(n: NetworkBuilder, name: string, input: Steps, settings: NetworkSettings): Steps {
  const { transformerHeads: heads, transformerBlocks: blocks, dropout } = settings;
  const options = { heads, hiddenUnits: 2 * input.width, dropout, normFirst: true };
  const seen = Array.from({ length: blocks }, (_, i) => `block${i + 1}(${name})`).reduce(
    (before, block) => n.transformerEncoder(block, before, options),
    input,
  );
  return n.layerNorm(`norm(${name})`, seen, { epsilon: 1e-5 });
}

function imageBranch(
  n: NetworkBuilder,
  name: string,
  image: Image,
  { imageFilters }: NetworkSettings,
): Vector {
  const last = imageFilters.reduce((before, filters, i) => {
    const options = { filters, kernelSize: 3, padding: "same", activation: "relu" } as const;
    const seen = n.conv2d(`conv${i + 1}(${name})`, before, options);
    const { rows, columns } = seen.size;
    // A side of one pixel has nothing to choose from.
    const poolSize = [Math.min(2, rows), Math.min(2, columns)] as const;
    return n.maxPool2d(seen, { poolSize });
  }, image);
  return n.named(name, n.flatten(last));
}

/** A sequence as one vector. */
export function sequenceBranch(
  n: NetworkBuilder,
  name: string,
  input: SequenceInput,
  settings: NetworkSettings,
): Vector {
  const { sequenceEncoder, sequenceUnits } = settings;
  const parts: Steps[] = input.numeric ? [input.numeric] : [];
  for (const [field, codes] of input.fields) {
    const units = categoryUnits(codes.width, settings);
    const initializer = uniformInitializer(1 / Math.sqrt(units));
    parts.push(n.embedding(`embedding(${name}, ${field})`, codes, { units, initializer }));
  }
  if (sequenceEncoder === "gru") return n.gru(name, n.concat(parts), { units: sequenceUnits });
  // Attention sees no order: the age of a step tells it, without a transformer also its neighbours through a convolution.
  parts.push(n.embedding(`age(${name})`, input.age, { units: 8 }));
  if (sequenceEncoder === "transformer") {
    const projected = n.dense(`projection(${name})`, n.concat(parts), { units: sequenceUnits });
    return n.named(name, n.meanPool(transformer(n, name, projected, settings)));
  }
  const local = n.conv1d(`conv(${name})`, n.concat(parts), { filters: sequenceUnits, activation: "relu" });
  return n.attentionPool(name, local, { units: sequenceUnits });
}
