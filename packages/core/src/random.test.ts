import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { Random } from "./random.js";

const draws = (random: Random, n: number): number[] => Array.from({ length: n }, () => random.uint32());

/** Pearson's statistic of counts that should be equal. */
function chiSquare(counts: ArrayLike<number>, total: number): number {
  const expected = total / counts.length;
  return Array.from(counts, (count) => (count - expected) ** 2 / expected).reduce((a, b) => a + b, 0);
}

// With k cells the statistic has mean k - 1 and variance 2 (k - 1); six deviations are as good as never. Seeds are fixed.
const most = (cells: number): number => cells - 1 + 6 * Math.sqrt(2 * (cells - 1));

describe("the same seed gives the same stream, for ever", () => {
  test("first draws", () => {
    expect(draws(new Random(0), 4)).toEqual([1789933344, 44971166, 2521392804, 3836935353]);
    expect(draws(new Random(42), 4)).toEqual([1581257628, 2357430128, 2006165260, 2567811330]);
    expect(draws(new Random(2 ** 40 + 0.5), 4)).toEqual([2410716404, 1011127669, 326093267, 1628353214]);
    expect(draws(new Random(42).fork("shuffle"), 4)).toEqual([2470918964, 1669560467, 501447291, 421780284]);
    const random = new Random(7);
    expect([
      random.uniform(),
      random.normal(),
      random.normal(),
      random.exponential(),
      random.integer(10),
      random.poisson(3),
    ]).toEqual([0.5302559038360554, 0.48564041715581646, -1.0012755697258926, 0.5992532736297225, 4, 3]);
    expect([...new Random(7).permutation(8)]).toEqual([3, 7, 5, 1, 0, 4, 6, 2]);
  });

  test.prop([fc.double({ noNaN: true })])("whatever the seed", (seed) => {
    expect(draws(new Random(seed), 5)).toEqual(draws(new Random(seed), 5));
  });

  test("other seeds give other streams", () => {
    const seeds = [
      ...Array.from({ length: 5000 }, (_, i) => i),
      0.5,
      -1,
      2 ** 32,
      2 ** 32 + 1,
      2 ** 52,
      1e300,
      Number.POSITIVE_INFINITY,
    ];
    expect(new Set(seeds.map((seed) => draws(new Random(seed), 2).join())).size).toBe(seeds.length);
  });
});

describe("distributions", () => {
  const random = new Random(1);

  test("every bit is one half of the time", () => {
    const ones = new Float64Array(32);
    const n = 100_000;
    for (let i = 0; i < n; i++) {
      const bits = random.uint32();
      for (let bit = 0; bit < 32; bit++) ones[bit] += (bits >>> bit) & 1;
    }
    for (const count of ones) expect(Math.abs(count - n / 2)).toBeLessThan(6 * Math.sqrt(n / 4));
  });

  test("uniform is flat on [0, 1), in pairs too", () => {
    const [single, pairs] = [new Float64Array(100), new Float64Array(400)];
    const n = 200_000;
    let last = random.uniform();
    let within = true;
    for (let i = 0; i < n; i++) {
      const u = random.uniform();
      within &&= u >= 0 && u < 1;
      single[Math.floor(u * 100)]++;
      pairs[20 * Math.floor(last * 20) + Math.floor(u * 20)]++;
      last = u;
    }
    expect(within).toBe(true);
    expect(chiSquare(single, n)).toBeLessThan(most(100));
    expect(chiSquare(pairs, n)).toBeLessThan(most(400));
  });

  test.each([1, 2, 3, 7, 1000, 2 ** 31 + 1, 2 ** 32])("integer(%d) stays in range and is flat", (n) => {
    const cells = Math.min(n, 50);
    const counts = new Float64Array(cells);
    const total = 50_000;
    let within = true;
    for (let i = 0; i < total; i++) {
      const value = random.integer(n);
      within &&= Number.isInteger(value) && value >= 0 && value < n;
      counts[Math.floor((value / n) * cells)]++;
    }
    expect(within).toBe(true);
    if (cells > 1) expect(chiSquare(counts, total)).toBeLessThan(most(cells));
  });

  test("normal has mean 0, variance 1, no skew and kurtosis 3", () => {
    const n = 200_000;
    const moments = [0, 0, 0, 0];
    for (let i = 0; i < n; i++) {
      const x = random.normal();
      moments.forEach((_, k) => (moments[k] += x ** (k + 1) / n));
    }
    // Standard errors of the raw moments are sqrt(1, 2, 15, 96) / sqrt(n).
    [0, 1, 0, 3].forEach((expected, k) =>
      expect(Math.abs(moments[k] - expected)).toBeLessThan((6 * Math.sqrt([1, 2, 15, 96][k])) / Math.sqrt(n)),
    );
  });

  test("exponential has mean 1 and variance 1; poisson has its mean as both, small and large", () => {
    const n = 100_000;
    const meanAndVariance = (draw: () => number): [number, number] => {
      let [sum, squares] = [0, 0];
      for (let i = 0; i < n; i++) {
        const x = draw();
        sum += x;
        squares += x * x;
      }
      return [sum / n, squares / n - (sum / n) ** 2];
    };
    const [mean, variance] = meanAndVariance(() => random.exponential());
    expect(Math.abs(mean - 1)).toBeLessThan(6 / Math.sqrt(n));
    expect(Math.abs(variance - 1)).toBeLessThan((6 * Math.sqrt(8)) / Math.sqrt(n));
    for (const lambda of [0, 0.3, 4, 29, 75]) {
      const [m, v] = meanAndVariance(() => random.poisson(lambda));
      expect(Math.abs(m - lambda)).toBeLessThanOrEqual(6 * Math.sqrt(lambda / n));
      expect(Math.abs(v - lambda)).toBeLessThanOrEqual(6 * Math.sqrt((lambda + 2 * lambda ** 2) / n) + 1e-12);
    }
  });

  test("every order of a shuffle is as likely as any other", () => {
    const counts = new Map<string, number>();
    const n = 60_000;
    for (let i = 0; i < n; i++) {
      const key = random.permutation(4).join("");
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    expect(chiSquare([...counts.values()], n)).toBeLessThan(most(24));
  });

  test("shuffle and choice keep to what they are given", () => {
    const list = ["a", "b", "c"];
    expect(random.shuffle(list)).toBe(list);
    expect([...list].sort()).toEqual(["a", "b", "c"]);
    expect(list).toContain(random.choice(list));
    expect([...random.permutation(0)]).toEqual([]);
    expect([...random.permutation(1)]).toEqual([0]);
  });
});

describe("forks", () => {
  test("depend on seed and label alone, never on draws", () => {
    const [fresh, used] = [new Random(3), new Random(3)];
    for (let i = 0; i < 10; i++) used.normal();
    expect(draws(used.fork("a"), 5)).toEqual(draws(fresh.fork("a"), 5));
    const before = draws(new Random(3), 5);
    fresh.fork("a").uint32();
    expect(draws(fresh, 5)).toEqual(before);
  });

  test("labels, seeds and paths of labels give streams of their own", () => {
    const streams = new Set<string>();
    for (let seed = 0; seed < 20; seed++) {
      for (let label = 0; label < 100; label++) {
        streams.add(draws(new Random(seed).fork(label), 2).join());
        streams.add(draws(new Random(seed).fork("tree").fork(label), 2).join());
      }
    }
    expect(streams.size).toBe(4000);
  });

  test("neighbours are not alike: correlation of streams is that of chance", () => {
    const n = 20_000;
    for (const [a, b] of [
      [new Random(5), new Random(6)],
      [new Random(5), new Random(5).fork("x")],
      [new Random(5).fork(0), new Random(5).fork(1)],
      [new Random(5).fork("tree/1"), new Random(5).fork("tree/2")],
    ]) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += (a.uniform() - 0.5) * (b.uniform() - 0.5) * 12;
      expect(Math.abs(sum / n)).toBeLessThan(6 / Math.sqrt(n));
    }
  });
});
