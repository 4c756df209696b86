// What networks of the same shape reach on the same data, seed by seed: ours and Keras's.

/** A case of one network; `--rounds` says how many seeds. */
const learning = (name, data, network, { classes, ...params }) => ({
  name,
  data,
  task: "accuracy",
  params: { network, classes, ...params },
  peers: ["Keras"],
  score: "accuracy",
  measures: [],
  seeds: true,
});

const side = 16;
const images = { shape: "digits", rows: 4000, testRows: 4000, features: side * side, side };
const tokens = 60;
const texts = { shape: "documents", rows: 8000, testRows: 4000, features: tokens, tokens, vocabulary: 4000 };
const steps = 30;
const histories = { shape: "turns", rows: 3000, testRows: 4000, features: 2 * steps, steps };

const training = { epochs: 8, batch: 64, learningRate: 0.001 };

export const accuracySuite = [
  learning("drawn digits, two convolutions and pools", images, "images", { classes: 10, ...training }),
  learning("documents, embedding and convolution", texts, "texts", {
    classes: 2,
    ...training,
    learningRate: 0.003,
  }),
  ...["gru", "lstm"].map((network) =>
    learning(`turning points, ${network.toUpperCase()}(32)`, histories, network, {
      classes: 6,
      ...training,
      epochs: 15,
    }),
  ),
];
