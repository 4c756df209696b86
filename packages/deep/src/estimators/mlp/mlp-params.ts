import { z } from "zod";

const share = z.number().min(0).lt(1);

/** The params of a multilayer perceptron, with scikit-learn's names and defaults. */
const shape = {
  hiddenLayerSizes: z
    .array(z.int().min(1).max(65_536))
    .max(64)
    .readonly()
    .default([100])
    .describe("Units of each hidden layer; none makes a linear model"),
  activation: z
    .enum(["identity", "logistic", "tanh", "relu"])
    .default("relu")
    .describe("Activation of the hidden layers"),
  solver: z
    .enum(["adam", "sgd", "lbfgs"])
    .default("adam")
    .describe(
      "Adam (Kingma and Ba 2015), gradient descent with momentum, or L-BFGS (Liu and Nocedal 1989) over all rows at once, for few rows",
    ),
  alpha: z.number().min(0).default(1e-4).describe("Strength of the L2 penalty"),
  batchSize: z
    .union([z.literal("auto"), z.int().min(1)])
    .default("auto")
    .describe("Of adam and sgd: rows of a step; auto takes 200, or all where there are fewer"),
  learningRate: z
    .enum(["constant", "invscaling", "adaptive"])
    .default("constant")
    .describe(
      "Of sgd: whether the step size stays, falls by rows seen to the power of powerT, or is divided by 5 whenever training would end, until it is 1e-6",
    ),
  learningRateInit: z.number().positive().default(0.001).describe("Of adam and sgd: first step size"),
  powerT: z.number().default(0.5).describe("Of invscaling: the exponent"),
  maxIter: z
    .int()
    .min(1)
    .max(100_000)
    .default(200)
    .describe(
      "Passes over the training rows at most; of lbfgs iterations, which take one or more passes each",
    ),
  tol: z
    .number()
    .min(0)
    .default(1e-4)
    .describe(
      "How much the loss must fall below the lowest one so far to count as better; lbfgs ends where no entry of the gradient is larger",
    ),
  nIterNoChange: z
    .int()
    .min(1)
    .default(10)
    .describe("Of adam and sgd: training ends after more passes than this without a better loss"),
  earlyStopping: z
    .boolean()
    .default(false)
    .describe(
      "Of adam and sgd: whether the loss that counts is that of rows held out, or of fit's validation data, and the weights of its lowest value are kept",
    ),
  validationFraction: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.1)
    .describe("Of earlyStopping: part of the rows held out"),
  momentum: share.default(0.9).describe("Of sgd: how much of the last step a step repeats"),
  nesterovsMomentum: z.boolean().default(true).describe("Of sgd: whether momentum looks a step ahead"),
  beta1: share.default(0.9).describe("Of adam: how much of the mean gradient a step keeps"),
  beta2: share.default(0.999).describe("Of adam: how much of the mean squared gradient a step keeps"),
  epsilon: z
    .number()
    .positive()
    .default(1e-8)
    .describe("Of adam: added to the root of the squared gradients"),
  seed: z.number().default(0).describe("Seed of first weights, order of rows and held-out rows"),
};

/** The params, with the rule of the one that a solver must not be asked for. */
export const mlpSchema = z
  .strictObject(shape)
  .refine(({ solver, earlyStopping }) => solver !== "lbfgs" || !earlyStopping, {
    path: ["earlyStopping"],
    message: "must be false where solver is 'lbfgs', which ends by the gradient of the training rows' loss",
  });
export type MlpParams = Readonly<z.output<typeof mlpSchema>>;
