// Our networks of the suite `accuracy`, as workers/keras_accuracy.py has them.
import { fromColumns, sequence, tensor, text } from "@strata-ml/core";
import { defineNetwork, NeuralClassifier, selectBackend } from "@strata-ml/deep";
import { timed } from "./serve.mjs";

const relu = "relu";
const history = (n) => n.inputs.sequenceColumn("input").numeric;
const networks = {
  images: (n) => {
    let x = n.inputs.imageColumn("input", { scaling: "none" });
    x = n.maxPool2d(n.conv2d("conv1", x, { filters: 16, kernelSize: 3, padding: "same", activation: relu }));
    x = n.maxPool2d(n.conv2d("conv2", x, { filters: 32, kernelSize: 3, padding: "same", activation: relu }));
    return n.dropout("drop", n.dense("hidden", n.flatten(x), { units: 64, activation: relu }), { rate: 0.3 });
  },
  texts: (n) => {
    const words = n.embedding("words", n.inputs.textColumn("input"), { units: 16 });
    const seen = n.conv1d("conv", words, { filters: 32, kernelSize: 5, activation: relu });
    return n.dropout("drop", n.maxPool(seen), { rate: 0.3 });
  },
  gru: (n) => n.gru("gru", history(n), { units: 32 }),
  lstm: (n) => n.lstm("lstm", history(n), { units: 32 }),
};
const definitions = Object.entries(networks).map(([name, build]) =>
  defineNetwork(name, (n) => n.dense("output", build(n), { units: n.outputs })),
);

/** The features of a table as one column of the kind that its shape has. */
const inputs = {
  digits({ columns, rows }, { side }) {
    const values = new Float64Array(rows * columns.length);
    columns.forEach((pixel, p) => pixel.forEach((grey, row) => (values[row * columns.length + p] = grey)));
    return tensor(values, [side, side]);
  },
  documents({ columns, rows }) {
    const words = (row) => columns.flatMap((codes) => (codes[row] === 0 ? [] : [`w${codes[row]}`]));
    return text(Array.from({ length: rows }, (_, row) => words(row).join(" ")));
  },
  turns({ columns, rows }, { steps }) {
    const step = (row, t) => [columns[2 * t][row], columns[2 * t + 1][row]];
    const all = (row) => Array.from({ length: steps }, (_, t) => step(row, t));
    const real = (row) => all(row).filter(([x]) => !Number.isNaN(x));
    const fields = ["x", "y"].map((name) => ({ name, kind: "numeric" }));
    return sequence(
      Array.from({ length: rows }, (_, row) => real(row)),
      fields,
    );
  },
};

export const accuracyTasks = {
  accuracy: {
    async load({ about, train, test }) {
      await selectBackend("auto");
      const dataset = (table) =>
        fromColumns({ input: inputs[about.shape](table, about), y: table.target }, { target: "y" });
      return { about, train: dataset(train), test: dataset(test) };
    },
    run: ({ about, train }, { network, epochs, batch, learningRate, seed }) =>
      timed(() =>
        new NeuralClassifier(
          {
            network,
            epochs,
            seed,
            batchSize: batch,
            optimizer: "adam",
            learningRate,
            weightDecay: 0,
            clipNorm: null,
            patience: null,
            validationFraction: null,
            textTokens: "word",
            textMode: "vocabulary",
            maxTokens: Math.max(2, about.vocabulary ?? 0),
            maxTextLength: Math.max(1, about.tokens ?? 0),
          },
          { networks: definitions },
        ).fit(train),
      ),
    judge: async ({ test }, { value }) => (await value.predictProba(test)).data,
  },
};
