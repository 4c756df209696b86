// Our networks: a step is timed over the second epoch of a fit, from its first batch to its last.
import { fromColumns, sequence, text } from "@strata-ml/core";
import { defineNetwork, mirrored, NeuralClassifier, selectBackend } from "@strata-ml/deep";
import { timedPromises } from "./serve.mjs";

const networks = {
  mlp: (n) => {
    let x = n.inputs.numeric;
    for (const i of [1, 2]) {
      x = n.dense(`dense${i}`, x, { units: 256, activation: "relu" });
      x = n.dropout(`drop${i}`, n.batchNorm(`norm${i}`, x), { rate: 0.2 });
    }
    return x;
  },
  gru: (n) => n.gru("gru", n.inputs.sequenceColumn("history").numeric, { units: 32 }),
  lstm: (n) => n.lstm("lstm", n.inputs.sequenceColumn("history").numeric, { units: 32 }),
  conv: (n) => n.maxPool(convolved(n, 32, 64)),
  joint: (n) => {
    const history = n.gru("gru", n.inputs.sequenceColumn("history").numeric, { units: 32 });
    const joined = n.concat([n.inputs.numeric, history, n.maxPool(convolved(n, 16, 32))]);
    return n.dense("hidden", joined, { units: 64, activation: "relu" });
  },
  transformer: (n) => {
    const tokens = n.embedding("tokens", n.inputs.textColumn("note"), { units: 64 });
    return n.meanPool(n.transformerEncoder("block", tokens, { heads: 4, hiddenUnits: 128 }));
  },
};

function convolved(n, width, filters) {
  const tokens = n.embedding("tokens", n.inputs.textColumn("note"), { units: width });
  return n.conv1d("conv", tokens, { filters, kernelSize: 5, activation: "relu" });
}

/** What a worker thread of a mirrored fit makes the networks from. */
export const definitions = Object.entries(networks).map(([name, build]) =>
  defineNetwork(name, (n) => n.dense("output", build(n), { units: n.outputs })),
);

/** A table as a data set: numbers, a history and a text as the inputs say. */
function datasetOf({ columns, rows, target }, { numeric, steps, fields, tokens }) {
  const cell = (column, row) => columns[column][row];
  const named = Object.fromEntries(columns.slice(0, numeric).map((values, j) => [`x${j}`, values]));
  const all = Array.from({ length: rows }, (_, row) => row);
  if (steps > 0) {
    const names = Array.from({ length: fields }, (_, f) => ({ name: `f${f}`, kind: "numeric" }));
    const history = (row) =>
      Array.from({ length: steps }, (_, s) => names.map((_, f) => cell(numeric + s * fields + f, row)));
    named.history = sequence(all.map(history), names);
  }
  if (tokens > 0) {
    const words = (row) =>
      Array.from({ length: tokens }, (_, t) => `w${cell(numeric + steps * fields + t, row)}`).join(" ");
    named.note = text(all.map(words));
  }
  return fromColumns({ ...named, y: target }, { target: "y" });
}

const estimatorOf = ({ network, inputs, batch }, epochs) =>
  new NeuralClassifier(
    {
      network,
      epochs,
      batchSize: batch,
      patience: null,
      validationFraction: null,
      optimizer: "adam",
      weightDecay: 0,
      clipNorm: null,
      textTokens: "word",
      textMode: "vocabulary",
      maxTokens: Math.max(2, inputs.vocabulary + 2),
      maxTextLength: Math.max(1, inputs.tokens),
    },
    { networks: definitions },
  );

async function load({ train, test }, { inputs }) {
  await selectBackend("auto");
  return { train: datasetOf(train, inputs), test: datasetOf(test, inputs) };
}

/** Median seconds of a step after the first epoch. */
// A machine takes seconds to give all of its processors to a thread that is new: the last half of many steps counts.
async function medianStep(train, params, replicas) {
  const at = [];
  const model = await estimatorOf(params, 50).fit(train, {
    onProgress: ({ stage }) => {
      if (stage === "batch") at.push(performance.now());
    },
    strategy: mirrored({ replicas, modules: [import.meta.url] }),
  });
  const warm = at.slice(at.length / 2);
  const steps = warm.slice(1).map((time, i) => time - warm[i]);
  return { step: steps.sort((a, b) => a - b)[steps.length >> 1] / 1000, model };
}

export const deepTasks = {
  train: {
    load,
    async run({ train }, params) {
      const at = [];
      const model = await estimatorOf(params, 2).fit(train, {
        onProgress: ({ stage }) => {
          if (stage === "batch") at.push(performance.now());
        },
      });
      const second = at.slice(at.length / 2);
      return { seconds: { "": (second.at(-1) - second[0]) / 1000 / (second.length - 1) }, model };
    },
    judge: (_, { model }) => model.history.loss.at(-1),
  },
  mirrored: {
    load,
    async run({ train }, params) {
      const one = await medianStep(train, params, 1);
      const two = await medianStep(train, params, 2);
      return { seconds: { "one replica": one.step, "two replicas": two.step }, model: two.model };
    },
    judge: (_, { model }) => model.history.loss.at(-1),
  },
  "predict-row": {
    async load(data, params) {
      const { train, test } = await load(data, params);
      const rows = Array.from({ length: test.rows }, (_, i) => test.slice(i, i + 1));
      const model = await estimatorOf(params, 4).fit(train);
      // As a server would hold it; a tf.function keeps its weights, too.
      return { model: await model.prepare(), rows, test };
    },
    run: ({ model, rows }, { calls }) =>
      timedPromises(calls, (i) => model.predictProba(rows[i % rows.length])),
    judge: async ({ model, test }) => (await model.predictProba(test)).data,
  },
};
