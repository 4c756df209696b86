// The networks of the suite `deep`: shapes and sizes, the same for every contender. A step is one of 256 rows unless it says so.

const base = { shape: "classes", rows: 5120, testRows: 256 };
const peers = ["Keras", "tfjs-wasm", "tfjs-cpu"];

/**
 * @typedef {object} Inputs of a network: columns of the data in this order
 * @property {number} numeric numbers
 * @property {number} steps of a history,
 * @property {number} fields numbers of each
 * @property {number} tokens of a text,
 * @property {number} vocabulary different ones
 */

/** A case of one network. */
function training(
  name,
  network,
  { numeric = 0, steps = 0, fields = 0, tokens = 0, vocabulary = 0 },
  more = {},
) {
  const { classes = 2, batch = 256, without = [] } = more;
  return {
    name: `step of ${name}`,
    data: {
      ...base,
      features: numeric + steps * fields + tokens,
      classes,
      categorical: tokens,
      levels: vocabulary,
    },
    task: "train",
    params: { network, inputs: { numeric, steps, fields, tokens, vocabulary }, classes, batch },
    peers: peers.filter((peer) => !without.includes(peer)),
    score: "loss",
    measures: [{ name: "", unit: "ms", factor: 1e3 }],
  };
}

const history = { steps: 20, fields: 8 };
// tfjs's plain backend takes 20 s for a step of it, and stock wasm has no gradient of an embedding.
const slow = { without: ["tfjs-cpu"] };

export const deepSuite = [
  training("MLP 64-256-256-10, batch norm, dropout", "mlp", { numeric: 64 }, { classes: 10 }),
  training("GRU(32) over 20 steps", "gru", history),
  training("LSTM(32) over 20 steps", "lstm", history),
  training("embedding(32) + conv1d(64, 5) over 64 tokens", "conv", { tokens: 64, vocabulary: 5000 }, slow),
  training(
    "text, history and numbers",
    "joint",
    { numeric: 16, ...history, tokens: 32, vocabulary: 5000 },
    slow,
  ),
  training("transformer block, 64 wide, 32 steps", "transformer", { tokens: 32, vocabulary: 5000 }, slow),
  {
    ...training("MLP 64-256-256-10, batch 1024", "mlp", { numeric: 64 }, { classes: 10, batch: 1024 }),
    task: "mirrored",
    peers: [],
    measures: ["one replica", "two replicas"].map((name) => ({ name, unit: "ms", factor: 1e3 })),
  },
  {
    name: "one row by predictProba, MLP 64-256-256-10",
    data: { ...base, features: 64, classes: 10 },
    task: "predict-row",
    params: {
      network: "mlp",
      inputs: { numeric: 64, steps: 0, fields: 0, tokens: 0, vocabulary: 0 },
      classes: 10,
      batch: 256,
      calls: 1000,
    },
    peers: ["Keras"],
    score: "accuracy",
    measures: ["p50", "p99"].map((name) => ({ name, unit: "us", factor: 1e6 })),
  },
];
