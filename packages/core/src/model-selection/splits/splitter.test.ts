import { fc, it as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import golden from "../../../golden/splits.json" with { type: "json" };
import type { Dataset } from "../../dataset/dataset.js";
import type { Roles } from "../../dataset/roles.js";
import { fromColumns } from "../../dataset/from-columns.js";
import { timestamp } from "../../dataset/column-build.js";
import { ArtifactError, DataError, ParamError } from "../../errors.js";
import { GroupKFold } from "./group-k-fold.js";
import { KFold } from "./k-fold.js";
import { LeaveOneGroupOut } from "./leave-one-group-out.js";
import { restoreSplitter } from "./restore-splitter.js";
import { GroupShuffleSplit, ShuffleSplit, StratifiedShuffleSplit } from "./shuffle-split.js";
import type { ConfiguredSplitter, Split } from "./splitter.js";
import { StratifiedGroupKFold } from "./stratified-group-k-fold.js";
import { StratifiedKFold } from "./stratified-k-fold.js";
import { TimeSeriesSplit } from "./time-series-split.js";
import { DelayedLabelSplit } from "./delayed-label-split.js";

const rows = Float64Array.from({ length: golden.rows }, (_, row) => row);
const withRoles = (roles: Roles): Dataset =>
  fromColumns(
    {
      x: rows,
      rare: golden.rare,
      three: golden.three,
      groups: golden.groups,
      words: golden.words,
    },
    roles,
  );
const plain = (splits: readonly Split[]): unknown =>
  splits.map(({ train, test }) => ({ train: Array.from(train), test: Array.from(test) }));

describe("unshuffled folds equal scikit-learn's", () => {
  it.each(golden.kFold)("KFold $nSplits", ({ nSplits, splits }) => {
    expect(plain(new KFold({ nSplits }).split(withRoles({})))).toEqual(splits);
  });
  it.each(golden.stratifiedRare)("StratifiedKFold $nSplits of a rare class", ({ nSplits, splits }) => {
    expect(plain(new StratifiedKFold({ nSplits }).split(withRoles({ target: "rare" })))).toEqual(splits);
  });
  it.each(golden.stratifiedThree)("StratifiedKFold $nSplits of three classes", ({ nSplits, splits }) => {
    expect(plain(new StratifiedKFold({ nSplits }).split(withRoles({ target: "three" })))).toEqual(splits);
  });
  it.each(golden.groupNumbers)("GroupKFold $nSplits of numbers", ({ nSplits, splits }) => {
    expect(plain(new GroupKFold({ nSplits }).split(withRoles({ group: "groups" })))).toEqual(splits);
  });
  it.each(golden.groupWords)("GroupKFold $nSplits of words", ({ nSplits, splits }) => {
    expect(plain(new GroupKFold({ nSplits }).split(withRoles({ group: "words" })))).toEqual(splits);
  });
  it("LeaveOneGroupOut", () => {
    expect(plain(new LeaveOneGroupOut().split(withRoles({ group: "words" })))).toEqual(
      golden.leaveOneGroupOut,
    );
  });
  it.each(golden.stratifiedGroup)("StratifiedGroupKFold $nSplits", ({ nSplits, splits }) => {
    const data = withRoles({ target: "three", group: "groups" });
    expect(plain(new StratifiedGroupKFold({ nSplits }).split(data))).toEqual(splits);
  });
  it.each(golden.timeSeries)("TimeSeriesSplit $params", ({ params, splits }) => {
    expect(plain(new TimeSeriesSplit(params).split(withRoles({})))).toEqual(splits);
  });
});

const sorted = (values: Int32Array): number[] => Array.from(values).sort((a, b) => a - b);
const everyRow = (data: Dataset): number[] => Array.from({ length: data.rows }, (_, row) => row);

const labelled = fc
  .array(fc.tuple(fc.constantFrom("a", "b", "c"), fc.integer({ min: 0, max: 9 })), {
    minLength: 20,
    maxLength: 60,
  })
  .map((cells) =>
    fromColumns(
      { x: cells.map((_, row) => row), y: cells.map(([label]) => label), g: cells.map(([, group]) => group) },
      { target: "y", group: "g" },
    ),
  );

describe("what always holds", () => {
  property.prop([labelled, fc.integer({ min: 2, max: 5 }), fc.boolean(), fc.integer()])(
    "folds are disjoint, cover every row once, and repeat by seed",
    (data, nSplits, shuffle, seed) => {
      const splitters = [
        new KFold({ nSplits, shuffle, seed, repeats: shuffle ? 2 : 1 }),
        new StratifiedKFold({ nSplits, shuffle, seed, repeats: shuffle ? 2 : 1 }),
      ];
      for (const splitter of splitters) {
        const splits = splitter.split(data);
        for (let repeat = 0; repeat < splits.length; repeat += nSplits) {
          const tests = splits.slice(repeat, repeat + nSplits).flatMap(({ test }) => Array.from(test));
          expect(tests.sort((a, b) => a - b)).toEqual(everyRow(data));
        }
        for (const { train, test } of splits)
          expect(sorted(Int32Array.of(...train, ...test))).toEqual(everyRow(data));
        expect(plain(splitter.split(data))).toEqual(plain(splits));
      }
    },
  );

  property.prop([labelled, fc.integer({ min: 2, max: 4 }), fc.boolean(), fc.integer()])(
    "stratified folds differ by at most one row of a class",
    (data, nSplits, shuffle, seed) => {
      const splits = new StratifiedKFold({ nSplits, shuffle, seed }).split(data);
      const { codes } = data.column("y", "categorical");
      for (let k = 0; k < 3; k++) {
        const counts = splits.map(({ test }) => test.filter((row) => codes[row] === k).length);
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      }
    },
  );

  property.prop([labelled, fc.boolean(), fc.integer()])("groups never straddle", (data, shuffle, seed) => {
    const { values } = data.column("g", "numeric");
    const nGroups = new Set(values).size;
    fc.pre(nGroups >= 3);
    const splitters: readonly ConfiguredSplitter[] = [
      new GroupKFold({ nSplits: 3, shuffle, seed }),
      new StratifiedGroupKFold({ nSplits: 3, shuffle, seed }),
      new LeaveOneGroupOut(),
      new GroupShuffleSplit({ nSplits: 3, testSize: 0.3, seed }),
    ];
    for (const splitter of splitters) {
      for (const { train, test } of splitter.split(data)) {
        const inTrain = new Set(Array.from(train, (row) => values[row]));
        expect(Array.from(test).some((row) => inTrain.has(values[row]))).toBe(false);
        expect(sorted(Int32Array.of(...train, ...test))).toEqual(everyRow(data));
      }
    }
  });

  property.prop([labelled, fc.double({ min: 0.2, max: 0.8, noNaN: true }), fc.integer()])(
    "shuffled parts are disjoint, of the size asked for, and new each time",
    (data, testSize, seed) => {
      const splits = new ShuffleSplit({ nSplits: 3, testSize, seed }).split(data);
      for (const { train, test } of splits) {
        expect(test).toHaveLength(Math.ceil(testSize * data.rows));
        expect(sorted(Int32Array.of(...train, ...test))).toEqual(everyRow(data));
      }
      expect(plain(splits.slice(0, 1))).not.toEqual(plain(splits.slice(1, 2)));
    },
  );

  property.prop([labelled, fc.double({ min: 0.2, max: 0.8, noNaN: true }), fc.integer()])(
    "stratified parts hold every class in its share, to within one row",
    (data, testSize, seed) => {
      const { codes } = data.column("y", "categorical");
      const counts = [0, 1, 2].map((k) => codes.filter((code) => code === k).length);
      fc.pre(counts.every((count) => count >= 2));
      for (const { train, test } of new StratifiedShuffleSplit({ nSplits: 2, testSize, seed }).split(data)) {
        expect(sorted(Int32Array.of(...train, ...test))).toEqual(everyRow(data));
        counts.forEach((count, k) => {
          const held = train.filter((row) => codes[row] === k).length;
          expect(Math.abs(held - (count * train.length) / data.rows)).toBeLessThan(1);
        });
      }
    },
  );

  property.prop([
    fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 30, maxLength: 60 }),
    fc.integer({ min: 0, max: 4 }),
    fc.integer({ min: 1, max: 3 }),
  ])("time series splits never look ahead, and keep the gap", (times, gap, nSplits) => {
    const data = fromColumns({ x: times.map((_, row) => row), at: timestamp(times) }, { time: "at" });
    for (const { train, test } of new TimeSeriesSplit({ nSplits, gap }).split(data)) {
      const latest = Math.max(...Array.from(train, (row) => times[row]));
      const first = Math.min(...Array.from(test, (row) => times[row]));
      expect(latest).toBeLessThanOrEqual(first);
      const between = times.filter(
        (_, row) => !train.includes(row) && !test.includes(row) && times[row] < latest,
      );
      expect(between).toEqual([]);
    }
    const [{ train, test }] = new TimeSeriesSplit({ nSplits: 1, testSize: 10, gap }).split(data);
    expect(train.length + gap + test.length).toBe(times.length);
  });
});

describe("splitters refuse what they can't split, saying why", () => {
  const data = withRoles({ target: "three", group: "groups" });
  it.each<[string, () => unknown, RegExp]>([
    ["few rows", () => new KFold({ nSplits: 60 }).split(data), /KFold: .* at least 60 rows, received 53/],
    ["no target", () => new StratifiedKFold().split(withRoles({})), /StratifiedKFold: .* target role/],
    [
      "few of every class",
      () => new StratifiedKFold({ nSplits: 50 }).split(data),
      /at least 50 rows, one a fold/,
    ],
    [
      "numbers to regress",
      () => new StratifiedKFold().split(data.with({ three: rows.map((x) => x / 2) })),
      /whole numbers/,
    ],
    ["no groups", () => new GroupKFold().split(withRoles({})), /GroupKFold: .* group role, received none/],
    ["few groups", () => new GroupKFold({ nSplits: 14 }).split(data), /at least 14 groups, received 13/],
    [
      "a missing group",
      () => new GroupKFold().split(data.with({ groups: rows.map((x) => x || Number.NaN) })),
      /missing value at row 0/,
    ],
    [
      "a gap too wide",
      () => new TimeSeriesSplit({ nSplits: 3, gap: 40 }).split(data),
      /a gap of 40, received 53 rows/,
    ],
    ["a part too large", () => new ShuffleSplit({ testSize: 53 }).split(data), /received 0 and 53/],
    [
      "too few for each class",
      () => new StratifiedShuffleSplit({ testSize: 2 }).split(data),
      /each of 3 classes, received 51 and 2/,
    ],
  ])("%s", (_, split, message) => {
    expect(split).toThrow(DataError);
    expect(split).toThrow(message);
  });

  it.each<[string, () => unknown, RegExp]>([
    ["one fold", () => new KFold({ nSplits: 1 }), /KFold: nSplits must be >= 2, received 1/],
    [
      "repeats without shuffling",
      () => new KFold({ repeats: 2 }),
      /repeats must be 1 unless shuffle is true, received 2/,
    ],
    [
      "a misspelt param",
      () => new KFold({ nSplit: 3 } as object),
      /there is no param "nSplit", did you mean 'nSplits'/,
    ],
    [
      "half rows",
      () => new ShuffleSplit({ testSize: 2.5 }),
      /testSize must be a fraction below 1 or a whole number/,
    ],
    [
      "a date that is none",
      () => new DelayedLabelSplit({ start: "soon" }),
      /start must be a time or an ISO date, received "soon"/,
    ],
  ])("%s, when made", (_, make, message) => {
    expect(make).toThrow(ParamError);
    expect(make).toThrow(message);
  });
});

describe("splitters survive JSON", () => {
  it.each<ConfiguredSplitter>([
    new KFold({ nSplits: 3, shuffle: true, repeats: 2, seed: 4 }),
    new StratifiedKFold({ nSplits: 3 }),
    new GroupKFold({ nSplits: 3, shuffle: true }),
    new StratifiedGroupKFold({ nSplits: 3 }),
    new LeaveOneGroupOut(),
    new ShuffleSplit({ nSplits: 2, testSize: 0.3 }),
    new StratifiedShuffleSplit({ nSplits: 2, testSize: 0.3, seed: 9 }),
    new GroupShuffleSplit({ nSplits: 2, testSize: 0.3 }),
    new TimeSeriesSplit({ nSplits: 2, gap: 3 }),
    new DelayedLabelSplit({ trainDays: 20, delayDays: 5, testDays: 10, dayLength: 1 }),
  ])("$type", (splitter) => {
    const restored = restoreSplitter(JSON.parse(JSON.stringify(splitter)));
    expect(restored).toEqual(splitter);
    const data = withRoles({ target: "three", group: "groups", time: "x" });
    expect(plain(restored.split(data))).toEqual(plain(splitter.split(data)));
  });

  it("and refuse types that aren't theirs", () => {
    expect(() => restoreSplitter({ type: "constructor", params: {} })).toThrow(ArtifactError);
  });
});
