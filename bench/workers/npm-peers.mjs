// Peers of the npm registry. `--versions` says which of them can be imported here.
import { createRequire } from "node:module";
import { rowsOf } from "./read-data.mjs";
import { serve, timed } from "./serve.mjs";
import { tfjsPackages, tfjsTasks } from "./tfjs-tasks.mjs";

const require = createRequire(import.meta.url);

/** What is run of each, and the packages that it needs. */
const peers = {
  "ml-random-forest": { packages: ["ml-random-forest"], tasks: mlRandomForest },
  "tfjs-wasm": { packages: tfjsPackages("wasm"), tasks: () => tfjsTasks("wasm") },
  "tfjs-cpu": { packages: tfjsPackages("cpu"), tasks: () => tfjsTasks("cpu") },
  scikitjs: { packages: ["scikitjs", "@tensorflow/tfjs"], tasks: scikitjs },
};

if (process.argv[2] === "--versions") {
  const found = await Promise.all(
    Object.entries(peers).map(async ([name, { packages }]) => [name, await versionOf(packages)]),
  );
  console.log(JSON.stringify(Object.fromEntries(found)));
  // Some libraries leave timers behind.
  process.exit();
}
serve(await peers[process.argv[2]].tasks());

async function versionOf(packages) {
  try {
    await Promise.all(packages.map((name) => import(name)));
    return { version: require(`${packages[0]}/package.json`).version };
  } catch (error) {
    return {
      reason: String(error.message)
        .split("\n")[0]
        .replace(/ imported from .*/, ""),
    };
  }
}

async function mlRandomForest() {
  const { RandomForestClassifier } = await import("ml-random-forest");
  return {
    "random-forest": {
      load: ({ train, test }) => ({ x: rowsOf(train), y: [...train.target], test: rowsOf(test) }),
      run: ({ x, y }, { trees }) =>
        timed(() => {
          const forest = new RandomForestClassifier({
            nEstimators: trees,
            maxFeatures: Math.round(Math.sqrt(x[0].length)),
            replacement: true,
            seed: 1,
          });
          forest.train(x, y);
          return forest;
        }),
      judge: ({ test }, { value }) => Float64Array.from(value.predictProbability(test, 1)),
    },
  };
}

async function scikitjs() {
  const tf = await import("@tensorflow/tfjs");
  const library = await import("scikitjs");
  library.setBackend(tf);
  const rows = ({ train, test }) => ({ x: rowsOf(train), y: [...train.target], test: rowsOf(test) });
  const fit = (make, outputs) => ({
    load: rows,
    run: ({ x, y }, params) =>
      timed(async () => {
        const model = make(params, x);
        await model.fit(x, y);
        return model;
      }),
    judge: ({ x, test }, { value }) => outputs(value, test, x),
  });
  return {
    "logistic-regression": fit(
      () => new library.LogisticRegression(),
      async (model, test) => {
        const both = await model.predictProba(test).data();
        return Float64Array.from(test, (_, i) => both[2 * i + 1]);
      },
    ),
    ridge: fit(
      ({ alpha }) => new library.RidgeRegression({ alpha }),
      async (model, test) => Float64Array.from(await model.predict(test).data()),
    ),
    "k-means": fit(
      ({ clusters, iterations, tol }) =>
        new library.KMeans({ nClusters: clusters, maxIter: iterations, tol, nInit: 1, randomState: 1 }),
      (model, _, x) => -model.score(x),
    ),
  };
}
