// Stock TensorFlow.js and its layers, on a backend of its own: what our networks would be without our kernels.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);

/** What {@link tfjsTasks} needs. */
export const tfjsPackages = (backend) => [
  "@tensorflow/tfjs-core",
  "@tensorflow/tfjs-layers",
  `@tensorflow/tfjs-backend-${backend}`,
];

export async function tfjsTasks(backend) {
  const [core, { layers, model: modelOf, input }, { setWasmPaths }] = await Promise.all(
    tfjsPackages(backend).map((name) => import(name)),
  );
  const manifest = require.resolve(`${tfjsPackages(backend).at(-1)}/package.json`);
  setWasmPaths?.(join(dirname(manifest), "dist", "/"));
  await core.setBackend(backend);
  const convolved = ({ note }, vocabulary, width, filters) => {
    const tokens = layers.embedding({ inputDim: vocabulary, outputDim: width }).apply(note);
    const sums = layers.conv1d({ filters, kernelSize: 5, padding: "same", activation: "relu" }).apply(tokens);
    return layers.globalMaxPooling1d({}).apply(sums);
  };
  const networks = {
    mlp: ({ numeric }) => {
      let x = numeric;
      for (let i = 0; i < 2; i++) {
        x = layers.dense({ units: 256, activation: "relu" }).apply(x);
        x = layers.dropout({ rate: 0.2 }).apply(layers.batchNormalization({}).apply(x));
      }
      return x;
    },
    gru: ({ history }) => layers.gru({ units: 32 }).apply(history),
    lstm: ({ history }) => layers.lstm({ units: 32 }).apply(history),
    conv: (inputs, vocabulary) => convolved(inputs, vocabulary, 32, 64),
    joint: (inputs, vocabulary) => {
      const history = layers.gru({ units: 32 }).apply(inputs.history);
      const parts = [inputs.numeric, history, convolved(inputs, vocabulary, 16, 32)];
      return layers.dense({ units: 64, activation: "relu" }).apply(layers.concatenate().apply(parts));
    },
    transformer: () => {
      throw new Error("tf.layers has no attention");
    },
  };
  return {
    train: {
      load: ({ train: table }, { inputs }) => ({
        x: feeds(core, table, inputs),
        y: core.tensor(Float32Array.from(table.target), [table.rows, 1]),
      }),
      async run({ x, y }, { network, inputs: sizes, classes, batch }) {
        const inputs = {};
        if (sizes.numeric > 0) inputs.numeric = input({ shape: [sizes.numeric] });
        if (sizes.steps > 0) inputs.history = input({ shape: [sizes.steps, sizes.fields] });
        if (sizes.tokens > 0) inputs.note = input({ shape: [sizes.tokens] });
        const units = classes === 2 ? 1 : classes;
        const hidden = networks[network](inputs, sizes.vocabulary);
        const activation = units === 1 ? "sigmoid" : "softmax";
        const outputs = layers.dense({ units, activation }).apply(hidden);
        const model = modelOf({ inputs: Object.values(inputs), outputs });
        const loss = units === 1 ? "binaryCrossentropy" : "sparseCategoricalCrossentropy";
        model.compile({ optimizer: core.train.adam(0.001), loss });
        const at = [];
        const { history } = await model.fit(x, y, {
          batchSize: batch,
          epochs: 2,
          verbose: 0,
          yieldEvery: "never",
          callbacks: { onBatchEnd: async () => at.push(performance.now()) },
        });
        const second = at.slice(at.length / 2);
        const seconds = (second.at(-1) - second[0]) / 1000 / (second.length - 1);
        return { seconds: { "": seconds }, loss: history.loss.at(-1) };
      },
      judge: (_, { loss }) => Number(loss),
    },
  };
}

/** The columns of a table as tensors, input by input. */
function feeds({ tensor }, { rows, columns }, { numeric, steps, fields, tokens }) {
  const block = (from, shape) => {
    const width = shape.reduce((a, b) => a * b, 1);
    const values = new Float32Array(rows * width);
    for (let j = 0; j < width; j++)
      for (let i = 0; i < rows; i++) values[i * width + j] = columns[from + j][i];
    return tensor(values, [rows, ...shape]);
  };
  return [
    ...(numeric > 0 ? [block(0, [numeric])] : []),
    ...(steps > 0 ? [block(numeric, [steps, fields])] : []),
    ...(tokens > 0 ? [block(numeric + steps * fields, [tokens])] : []),
  ];
}
