import { Registry } from "@strata-ml/core";
import { estimatorChecks } from "@strata-ml/core/testing";
import { describe, test } from "vitest";
import {
  MlRandomForestClassifier,
  mlRandomForestClassifierCodec,
  MlRandomForestRegressor,
  mlRandomForestRegressorCodec,
} from "./index.js";

const registry = new Registry([mlRandomForestClassifierCodec, mlRandomForestRegressorCodec]);

for (const make of [
  () => new MlRandomForestClassifier({ nEstimators: 10 }),
  () => new MlRandomForestRegressor({ nEstimators: 10 }),
]) {
  describe(make().owner, () => {
    for (const { name, run } of estimatorChecks(make, { registry })) test(name, run);
  });
}
