import { type Dataset, fromColumns, type LabelledDataset, Random, sequence, text } from "@strata-ml/core";

/** Every kind of column, some of each missing; the label depends on all of them. */
export function mixedData(rows: number, seed: number): LabelledDataset {
  const random = new Random(seed);
  const colours = ["red", "green", "blue"];
  const made = Array.from({ length: rows }, (_, i) => {
    const amount = random.normal();
    const colour = random.choice(colours);
    const cue = random.uniform() < 0.5;
    const steps = Array.from({ length: random.integer(5) }, () => [random.normal(), random.integer(2)]);
    const last = steps.at(-1)?.[0] ?? 0;
    const score = amount + (colour === "red" ? 1 : -0.5) + (cue ? 0.8 : -0.8) + last;
    return {
      amount: i % 11 === 3 ? Number.NaN : amount,
      colour: i % 13 === 5 ? null : colour,
      note: i % 17 === 6 ? null : cue ? "urgent transfer" : "weekly shopping",
      steps,
      vector: [amount + random.normal(), random.normal()],
      label: score + 0.3 * random.normal() > 0 ? 1 : 0,
    };
  });
  return fromColumns(
    {
      amount: made.map(({ amount }) => amount),
      colour: made.map(({ colour }) => colour),
      note: text(made.map(({ note }) => note)),
      history: sequence(
        made.map(({ steps }) => steps),
        [
          { name: "size", kind: "numeric" },
          { name: "channel", kind: "categorical", categories: ["web", "shop"] },
        ],
      ),
      vector: { kind: "tensor", values: Float64Array.from(made.flatMap(({ vector }) => vector)), shape: [2] },
      label: made.map(({ label }) => label),
    },
    { target: "label" },
  );
}

/** The label says whether exactly one holds: the amount is positive, the text spells a name wrong. Neither column alone tells anything. */
export function textByAmount(rows: number, seed: number): LabelledDataset {
  const random = new Random(seed);
  const shops = ["kiosk", "bakery", "garage", "florist", "cinema", "market"];
  const made = Array.from({ length: rows }, () => {
    const amount = random.normal();
    const forged = random.uniform() < 0.5;
    const note = `${random.choice(shops)} ${random.integer(999)} ${forged ? "paypa1" : "paypal"}`;
    return { amount, note, label: amount > 0 === forged ? 0 : 1 };
  });
  return fromColumns(
    {
      amount: made.map(({ amount }) => amount),
      note: text(made.map(({ note }) => note)),
      label: made.map(({ label }) => label),
    },
    { target: "label" },
  );
}

/** Histories of three steps A and three steps B among others; the label says which came first, so counts tell nothing. */
export function orderOnly(rows: number, seed: number): LabelledDataset {
  const random = new Random(seed);
  const labels = Array.from({ length: rows }, () => random.integer(2));
  const histories = labels.map((label) => {
    const steps = Array.from({ length: 12 }, () => [random.normal(), 0]);
    const marked = random.permutation(12).slice(0, 6).sort();
    for (const [k, step] of marked.entries()) steps[step][1] = k < 3 === (label === 1) ? 1 : 2;
    return steps;
  });
  const fields = [
    { name: "size", kind: "numeric" },
    { name: "event", kind: "categorical", categories: ["none", "A", "B"] },
  ] as const;
  return fromColumns({ history: sequence(histories, fields), label: labels }, { target: "label" });
}

/** Area under the ROC curve of scores of the second class. */
export function rocAuc(labels: ArrayLike<number>, scores: ArrayLike<number>): number {
  const order = Array.from(labels, (_, i) => i).sort((a, b) => scores[a] - scores[b]);
  let ranks = 0;
  let positives = 0;
  order.forEach((row, at) => {
    if (labels[row] !== 1) return;
    ranks += at + 1;
    positives++;
  });
  return (ranks - (positives * (positives + 1)) / 2) / (positives * (labels.length - positives));
}

/** Two numbers, on which a number, two classes and three depend; no column is the target. */
export function tasksData(rows: number, seed: number): Dataset {
  const random = new Random(seed);
  const a = Array.from({ length: rows }, () => random.normal());
  const b = a.map(() => random.normal());
  return fromColumns({
    a,
    b,
    amount: a.map((value, i) => 5 * value - 2 * b[i] + 40 + random.normal()),
    fraud: a.map((value, i) => (value + b[i] + 0.5 * random.normal() > 0.8 ? "yes" : "no")),
    shop: a.map((value, i) => (value > 0.3 ? "garage" : b[i] > 0 ? "bakery" : "kiosk")),
  });
}

/** One of those targets alone, with categories in place of the numbers: what weighs classes moves no scale of a feature. */
export function oneTask(data: Dataset, target: "fraud" | "shop"): LabelledDataset {
  const binned = (name: string) =>
    Array.from(data.column(name, "numeric").values, (value) => `bin ${Math.round(2 * value)}`);
  return data
    .drop(["amount", target === "fraud" ? "shop" : "fraud"])
    .with({ a: binned("a"), b: binned("b") })
    .withRole(target, "target")
    .labelled("oneTask");
}
