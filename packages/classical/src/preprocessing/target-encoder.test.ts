import {
  ArtifactError,
  categorical,
  type Dataset,
  decodeArtifact,
  encodeArtifact,
  fromColumns,
  type LabelledDataset,
  type ProgressEvent,
  KFold,
  Random,
  StratifiedKFold,
  Registry,
  TensorReader,
} from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import { describe, expect, it } from "vitest";
import { TargetEncoder, type TargetEncoderModel, targetEncoderCodec } from "./target-encoder.js";

type Params = NonNullable<ConstructorParameters<typeof TargetEncoder>[0]>;

/** Rows with two categorical features (one with gaps), and a target that depends on the first. */
function sample(rows: number, kind: "binary" | "multiclass" | "continuous"): LabelledDataset {
  const random = new Random(4).fork(kind);
  const shop = Array.from({ length: rows }, () => `s${random.integer(9)}`);
  const day = Array.from({ length: rows }, () => (random.uniform() < 0.2 ? null : `d${random.integer(3)}`));
  const lift = shop.map((name) => Number(name.slice(1)) / 9);
  const y = {
    binary: (): (number | string)[] => lift.map((p) => (random.uniform() < p ? 1 : 0)),
    multiclass: (): (number | string)[] =>
      lift.map((p) => ["hi", "lo", "mid"][Math.floor(3 * random.uniform() * p)]),
    continuous: (): (number | string)[] => lift.map((p) => p + random.normal()),
  }[kind]();
  return fromColumns({ shop: categorical(shop), day: categorical(day), y: y as number[] }, { target: "y" });
}

/** Area under the ROC curve by ranks, ties halved. */
function auc(scores: Float64Array, labels: readonly number[]): number {
  const order = Array.from(scores.keys()).sort((a, b) => scores[a] - scores[b]);
  let sum = 0;
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end < order.length && scores[order[end]] === scores[order[start]]) end++;
    const rank = (start + end + 1) / 2;
    for (let p = start; p < end; p++) if (labels[order[p]] === 1) sum += rank;
    start = end;
  }
  const positives = labels.filter((label) => label === 1).length;
  return (sum - (positives * (positives + 1)) / 2) / (positives * (labels.length - positives));
}

const valuesOf = (data: Dataset, name: string): Float64Array => {
  const column = data.column(name);
  if (column.kind !== "numeric" && column.kind !== "tensor") throw new Error(`${name} must hold numbers`);
  return Float64Array.from(column.values);
};

describe("TargetEncoder", () => {
  it.each([
    ["binary", {}],
    ["binary", { smooth: 3, cv: 4, seed: 9 }],
    ["continuous", { cv: 3 }],
    ["multiclass", { smooth: 0 }],
    ["multiclass", {}],
  ] as const)(
    "cross-fits: each fold is encoded by a fit on the others (%s, %j)",
    async (kind, params: Params) => {
      const train = sample(200, kind);
      const encoder = new TargetEncoder(params);
      const { model, data } = await encoder.fitTransform(train);
      const { cv, seed } = encoder.params;
      const shuffled = { nSplits: cv, shuffle: true, seed };
      const folds = (kind === "continuous" ? new KFold(shuffled) : new StratifiedKFold(shuffled)).split(
        train,
      );
      for (const { train: others, test: own } of folds) {
        const expected = (await encoder.fit(train.take(others))).transform(train.take(own));
        for (const name of ["shop", "day"])
          assertClose(valuesOf(data.take(own), name), valuesOf(expected, name), { absolute: 1e-14 });
      }
      const alone = await encoder.fit(train);
      expect(model.encodings).toEqual(alone.encodings);
      expect(data.target).toEqual(train.target);
    },
  );

  it("leaks nothing: random labels over 500 categories stay at chance, where naive encoding does not", async () => {
    const aucs: number[] = [];
    for (let seed = 0; seed < 3; seed++) {
      const random = new Random(seed);
      const rows = 5000;
      const level = Array.from({ length: rows }, () => `level${random.integer(500)}`);
      const y = Array.from({ length: rows }, () => random.integer(2));
      const train = fromColumns({ level: categorical(level), y }, { target: "y" });
      const { model, data } = await new TargetEncoder({ seed }).fitTransform(train);
      aucs.push(auc(valuesOf(data, "level"), y));
      expect(auc(valuesOf(model.transform(train), "level"), y)).toBeGreaterThan(0.6);
    }
    for (const value of aucs) expect(Math.abs(value - 0.5)).toBeLessThan(0.03);
  });

  it("gives an unknown category the mean of all, and a missing one its own mean", async () => {
    const train = fromColumns({ c: categorical(["a", "a", null, null]), y: [0, 1, 1, 1] }, { target: "y" });
    const model = await new TargetEncoder({ smooth: 0 }).fit(train);
    const out = model.transform(fromColumns({ c: categorical(["z", null, "a"], ["z", "a", "b"]) }));
    expect([...valuesOf(out, "c")]).toEqual([0.75, 1, 0.5]);
    const full = await new TargetEncoder().fit(train.filter((row) => row < 2));
    expect([...valuesOf(full.transform(fromColumns({ c: categorical([null]) })), "c")]).toEqual([0.5]);
  });

  it("tells binary, multiclass and continuous targets apart", async () => {
    const c = ["a", "b", "a", "b"];
    const typeOf = async (y: (number | string)[], targetType: Params["targetType"] = "auto") =>
      (await new TargetEncoder({ targetType }).fit(fromColumns({ c, y: y as number[] }, { target: "y" })))
        .targetType;
    expect(await typeOf([0, 1, 1, 0])).toBe("binary");
    expect(await typeOf(["n", "y", "y", "n"])).toBe("binary");
    expect(await typeOf([0, 1, 2, 0])).toBe("multiclass");
    expect(await typeOf([0, 1, 2, 0], "continuous")).toBe("continuous");
    expect(await typeOf([0, 1, 2.5, 0])).toBe("continuous");
    await expect(typeOf([0, 1, 2, 0], "binary")).rejects.toThrow(
      "TargetEncoder: the target must have 2 classes under targetType 'binary', received 3",
    );
    await expect(typeOf([0.5, 1, 2, 0], "multiclass")).rejects.toThrow("whole numbers");
  });

  it("repeats with a seed and changes with another", async () => {
    const train = sample(120, "binary");
    const run = async (seed: number) => [
      ...valuesOf((await new TargetEncoder({ seed }).fitTransform(train)).data, "shop"),
    ];
    expect(await run(1)).toEqual(await run(1));
    expect(await run(1)).not.toEqual(await run(2));
  });

  it("reports progress to its end and stops at once when aborted", async () => {
    const train = sample(100, "binary");
    const events: ProgressEvent[] = [];
    await new TargetEncoder().fitTransform(train, { onProgress: (event) => events.push(event) });
    expect(events.map(({ stage, done, total }) => `${stage} ${done}/${total}`)).toEqual([
      "feature 1/2",
      "feature 2/2",
      ...[1, 2, 3, 4, 5].map((fold) => `fold ${fold}/5`),
    ]);
    const controller = new AbortController();
    const onProgress = ({ stage }: ProgressEvent): void => {
      if (stage === "fold") controller.abort(new Error("enough"));
    };
    const aborted = new TargetEncoder().fitTransform(train, { signal: controller.signal, onProgress });
    await expect(aborted).rejects.toThrow("enough");
  });

  it("refuses data that it can't take", async () => {
    const data = fromColumns({ c: ["a", "b", "a"], y: [0, 1, 1] }, { target: "y" });
    await expect(new TargetEncoder().fitTransform(data)).rejects.toThrow(
      "TargetEncoder: the dataset must have at least 5 rows, received 3",
    );
    const unlabelled = data.drop(["y"]) as LabelledDataset;
    await expect(new TargetEncoder().fit(unlabelled)).rejects.toThrow("target role");
    const gap = data.with({ y: [0, null, 1] });
    await expect(new TargetEncoder().fit(gap)).rejects.toThrow("TargetEncoder: the target must be finite");
    await expect(new TargetEncoder({ categories: { y: ["a"] } }).fit(data)).rejects.toThrow(
      "must name features",
    );
  });

  it.each(["binary", "multiclass", "continuous"] as const)(
    "comes back from an artifact the same (%s)",
    async (kind) => {
      const train = sample(80, kind);
      const model = await new TargetEncoder().fit(train);
      const registry = new Registry([targetEncoderCodec]);
      const copy = (await decodeArtifact(
        await encodeArtifact(model, registry),
        registry,
      )) as TargetEncoderModel;
      for (const name of ["shop", "day"]) {
        expect(copy.transform(train).column(name)).toEqual(model.transform(train).column(name));
      }
      expect(copy.targetClasses).toEqual(model.targetClasses);
    },
  );

  it("does not come back from an artifact that does not fit", async () => {
    const model = await new TargetEncoder().fit(sample(80, "binary"));
    const { state, tensors } = targetEncoderCodec.encode(model);
    const stored = new Map(
      Object.entries(tensors ?? {}).map(([name, data]) => [
        name,
        { data: data as Float64Array, shape: [(data as Float64Array).length] },
      ]),
    );
    const decode = (changed: Partial<typeof state>) =>
      targetEncoderCodec.decode({
        estimator: model.estimator,
        features: model.features,
        state: { ...state, ...changed },
        tensors: new TensorReader("test", stored),
        children: {},
      });
    expect(() => decode({})).not.toThrow();
    expect(() => decode({ targetClasses: [0] })).toThrow(ArtifactError);
    expect(() => decode({ targetType: "multiclass" })).toThrow(ArtifactError);
    expect(() => decode({ targetType: "continuous" })).toThrow(ArtifactError);
    expect(() => decode({ features: state.features.slice(1) })).toThrow(ArtifactError);
  });
});
