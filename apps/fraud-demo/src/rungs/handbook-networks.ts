import { defineNetwork, NeuralClassifier } from "@strata-ml/deep";
import type { HistorySteps } from "../data/handbook-histories.js";

/**
 * The last state of an LSTM over the customer's steps beside the last step itself, or without that history the table's
 * features; with a terminal's history the last state of a GRU over it; then the layers of an MLP.
 */
const handbookNetwork = defineNetwork("handbook", (n, { hiddenUnits, dropout, sequenceUnits }) => {
  const parts = n.inputs.numeric ? [n.inputs.numeric] : [];
  if (n.inputs.sequence.has("customer")) {
    const steps = n.inputs.sequenceColumn("customer").numeric!;
    parts.push(n.lastStep(steps), n.lstm("customer", steps, { units: sequenceUnits }));
  }
  if (n.inputs.sequence.has("terminal")) {
    const steps = n.inputs.sequenceColumn("terminal").numeric!;
    parts.push(n.gru("terminal", steps, { units: sequenceUnits }));
  }
  const hidden = hiddenUnits.reduce((before, units, i) => {
    const layer = n.dense(`hidden${i + 1}`, before, { units, activation: "relu" });
    return dropout > 0 ? n.dropout(`dropout${i + 1}`, layer, { rate: dropout }) : layer;
  }, n.concat(parts));
  return n.dense("output", hidden, { units: n.outputs });
});

/**
 * The network for rows with these histories. One setting for all of them, chosen on earlier weeks alone (the app's README says
 * how): no early stopping, since a week's frauds are too few to hold some out.
 */
export function handbookClassifier(
  { customer = 0, terminal = 0 }: HistorySteps,
  seed: number,
  epochs: number,
): NeuralClassifier {
  return new NeuralClassifier(
    {
      network: handbookNetwork.name,
      seed,
      epochs,
      validationFraction: null,
      batchSize: 256,
      learningRate: 0.01,
      schedule: { name: "cosine" },
      weightDecay: 0.1,
      hiddenUnits: [64, 32],
      dropout: 0.1,
      sequenceUnits: 16,
      maxSequenceLength: Math.max(1, customer, terminal),
    },
    { networks: [handbookNetwork] },
  );
}
