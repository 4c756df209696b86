import { expect, test } from "vitest";
import type { Dataset } from "../dataset/dataset.js";
import type { FitOptions } from "../estimator/fit-options.js";
import { failures, spoilt } from "./fixtures/failures.js";
import { SmallTasks, type SmallTasksModel } from "./fixtures/small-tasks.js";

const features = ({ u, v }: { u: Float64Array; v: Float64Array }) => ({ numericU: u, numericV: v });
const columns = { label: "taskLabel", number: "taskNumber" };

/** An estimator of two targets whose model answers otherwise. */
function answering(change: (model: SmallTasksModel) => Partial<Record<keyof SmallTasksModel, unknown>>) {
  return class Broken extends SmallTasks {
    override async fit(data: Dataset, options?: FitOptions) {
      const model = await super.fit(data, options);
      return spoilt(model, change(model));
    }
  };
}

test("a target that is not predicted", async () => {
  const Broken = answering((model) => ({
    predict: (data: Dataset) => ({ taskLabel: model.predict(data).taskLabel }),
  }));
  const found = await failures(() => new Broken(columns), { features });
  expect(found.learns).toBe("predict must have an entry 'taskNumber', as params ask for");
});

test("one target that is learned from nothing beside one that is", async () => {
  const Broken = answering((model) => ({
    predict: (data: Dataset) => ({ ...model.predict(data), taskNumber: new Float64Array(data.rows) }),
  }));
  const found = await failures(() => new Broken(columns), { features });
  expect(found.learns).toMatch(
    /^a fit on an easy problem must reach R2 of taskNumber 0\.3, received -?0\.0\d*$/,
  );
});

test("too few rows, and probabilities that are no matrix", async () => {
  const Broken = answering((model) => ({
    predict: (data: Dataset) => ({ ...model.predict(data), taskNumber: new Float64Array(1) }),
    predictProba: () => ({ taskLabel: [0.5, 0.5] }),
  }));
  const found = await failures(() => new Broken(columns), { features });
  expect(found.modelComplete).toBe(
    "predict.taskNumber must give a Float64Array of 90, received a Float64Array of 1",
  );
});

test("targets of the rows that count in predict, and missing ones that are learned from", async () => {
  class Peeking extends SmallTasks {
    override async fit(data: Dataset, options?: FitOptions) {
      const labels = data.column("taskLabel", "numeric").values;
      const kept = data.filter((row) => !Number.isNaN(labels[row]));
      const model = await super.fit(kept, options);
      return spoilt(model, {
        predict: (rows: Dataset) => ({
          ...model.predict(rows),
          ...(rows.has("taskLabel") && { taskLabel: [...rows.column("taskLabel", "numeric").values] }),
        }),
      });
    }
  }
  const found = await failures(() => new Peeking(columns), { features });
  expect(Object.keys(found)).toEqual(
    expect.arrayContaining(["targetUnusedInPredict", "missingTargetRefused", "chanceOnRandomTargets"]),
  );
});

test("tags that leave the number of classes open", async () => {
  class Broken extends SmallTasks {
    override readonly tags = (({ multiclass: _, ...tags }) => tags)(new SmallTasks().tags);
  }
  const found = await failures(() => new Broken(columns), { features });
  expect(found.tagsValid).toBe(
    "tags.multiclass must be true or false of a classifier and of several targets, and absent of others, received undefined",
  );
});
