import { type Dataset, fromColumns, type LabelledDataset, Random, tensor } from "@strata-ml/core";
import { beforeAll, describe, expect, test } from "vitest";
import { selectBackend } from "../backend/select-backend.js";
import { defineNetwork } from "../network/define-network.js";
import { NeuralClassifier, type NeuralClassifierModel } from "./neural-classifier.js";
import { testBackend } from "../testing/test-backends.js";

beforeAll(() => selectBackend(testBackend));

const quick = { hiddenUnits: [4], epochs: 3, batchSize: 8, learningRate: 0.01, patience: null } as const;
const rows = 24;
const bits = Array.from({ length: rows }, (_, i) => i % 2);
const random = new Random(5);
const normals = (count: number): number[] => Array.from({ length: count }, () => random.normal());
type Images = ReturnType<typeof tensor>;
const labelled = (picture: Images): LabelledDataset => fromColumns({ picture, y: bits }, { target: "y" });

describe("images", () => {
  const network = defineNetwork("image", (n) => {
    const seen = n.conv2d("conv", n.inputs.imageColumn("picture"), { filters: 2, kernelSize: 3 });
    return n.dense("out", n.flatten(seen), { units: n.outputs });
  });
  const estimator = new NeuralClassifier({ ...quick, network: "image" }, { networks: [network] });
  const images = (count: number, ...shape: number[]) =>
    tensor(Float64Array.from(normals(count * shape.reduce((a, b) => a * b, 1))), shape);
  const as = (shape: string): string =>
    `column 'picture' must be tensor of shape 5 x 4 x 2 as in fit, received ${shape}`;
  let model: NeuralClassifierModel;
  beforeAll(async () => {
    model = await estimator.fit(labelled(images(rows, 5, 4, 2)));
  });

  test.each<[string, Dataset, string]>([
    ["more rows", fromColumns({ picture: images(2, 6, 4, 2) }), as("tensor of shape 6 x 4 x 2")],
    ["turned", fromColumns({ picture: images(2, 4, 5, 2) }), as("tensor of shape 4 x 5 x 2")],
    ["other channels", fromColumns({ picture: images(2, 5, 4, 3) }), as("tensor of shape 5 x 4 x 3")],
    ["no channels", fromColumns({ picture: images(2, 5, 4) }), as("tensor of shape 5 x 4")],
    ["a flat vector", fromColumns({ picture: images(2, 40) }), as("tensor of shape 40")],
    ["numbers", fromColumns({ picture: [1, 2] }), as("numeric")],
    [
      "another column",
      fromColumns({ photo: images(2, 5, 4, 2) }),
      "the columns seen in fit must be there, missing 'picture'",
    ],
  ])("are refused in prediction: %s", async (_, data, message) => {
    await expect(model.predict(data)).rejects.toThrow(`NeuralClassifier: ${message}`);
    await expect(model.embed(data)).rejects.toThrow(`NeuralClassifier: ${message}`);
  });

  test("of another shape are refused in an update and in validation data", async () => {
    const other = labelled(images(rows, 5, 4, 1));
    const message = as("tensor of shape 5 x 4 x 1");
    await expect(estimator.update(model, other)).rejects.toThrow(message);
    const fit = estimator.fit(labelled(images(rows, 5, 4, 2)), { validation: other });
    await expect(fit).rejects.toThrow(message);
  });

  test("smaller than a kernel are refused with both sizes", async () => {
    await expect(estimator.fit(labelled(images(rows, 2, 4, 2)))).rejects.toThrow(
      "network 'image': layer 'conv': the image must have at least 3 x 3 pixels, received 2 x 4",
    );
  });

  test("whose numbers do not fill their shape are refused", () => {
    expect(() => labelled(tensor(new Float64Array(10), [3, 3]))).toThrow(
      "values must be whole rows of 9 numbers (shape 3 x 3), received 10 numbers",
    );
  });

  test("none at all give no predictions", async () => {
    expect(await model.predict(fromColumns({ picture: images(0, 5, 4, 2) }))).toHaveLength(0);
  });
});
