import { describe, expect, it } from "vitest";
import { ParamError } from "../errors.js";
import { Random } from "../random.js";
import { assertClose } from "../testing/assert-close.js";
import { minimise, type Objective } from "./lbfgs.js";

/** Rosenbrock's valley in n dimensions; its minimum is 0 at (1, ..., 1). */
const rosenbrock: Objective = (x, gradient) => {
  gradient.fill(0);
  let value = 0;
  for (let i = 0; i + 1 < x.length; i++) {
    const a = x[i + 1] - x[i] ** 2;
    const b = 1 - x[i];
    value += 100 * a * a + b * b;
    gradient[i] += -400 * a * x[i] - 2 * b;
    gradient[i + 1] += 200 * a;
  }
  return value;
};

describe("minimise", () => {
  it.each([2, 10, 100])("finds the minimum of Rosenbrock's function in %i dimensions", async (n) => {
    const start = Float64Array.from({ length: n }, (_, i) => (i % 2 === 0 ? -1.2 : 1));
    const result = await minimise(rosenbrock, start, { tol: 1e-10, maxIter: 1000 });
    expect(result).toMatchObject({ stopped: "gradient", converged: true });
    assertClose(result.x, new Float64Array(n).fill(1), { absolute: 1e-9 });
    expect(start[0]).toBe(-1.2);
    if (n === 2) expect(result.evaluations).toBeLessThan(60);
  });

  it("solves a quadratic of condition 1e4 and never climbs", async () => {
    const scale = Float64Array.from({ length: 20 }, (_, i) => 10 ** ((4 * i) / 19));
    const values: number[] = [];
    const result = await minimise(
      (x, gradient) => {
        let value = 0;
        x.forEach((v, i) => {
          value += 0.5 * scale[i] * (v - i) ** 2;
          gradient[i] = scale[i] * (v - i);
        });
        return value;
      },
      new Float64Array(20),
      { tol: 1e-7, maxIter: 2000, onIteration: (_, value) => void values.push(value) },
    );
    expect(result.converged).toBe(true);
    expect(values).toHaveLength(result.iterations);
    values.slice(1).forEach((value, i) => expect(value).toBeLessThanOrEqual(values[i] * (1 + 1e-14)));
    assertClose(
      result.x,
      Float64Array.from({ length: 20 }, (_, i) => i),
      { absolute: 1e-6 },
    );
  });

  it("steps back from where the function is infinite or not a number", async () => {
    // -log(x) + x is undefined for x <= 0; the first full step from 1e-3 lands far away.
    const result = await minimise(
      ([x], gradient) => {
        gradient[0] = 1 - 1 / x;
        return x - Math.log(x);
      },
      Float64Array.of(1e-3),
      { tol: 1e-9, maxIter: 100 },
    );
    assertClose(result.x, [1], { absolute: 1e-8 });
    const wall = await minimise(
      ([x], gradient) => {
        gradient[0] = x > 3 ? Number.NaN : 2 * (x - 2.9);
        return x > 3 ? Number.POSITIVE_INFINITY : (x - 2.9) ** 2;
      },
      Float64Array.of(-50),
      { tol: 1e-9, maxIter: 100 },
    );
    assertClose(wall.x, [2.9], { absolute: 1e-8 });
  });

  it("stops at the precision of the values where tol is out of reach, and says when it could not", async () => {
    const offset: Objective = ([x], gradient) => {
      gradient[0] = 4 * (x - 1) ** 3 + 1e-9 * Math.sin(1e9 * x);
      return 1e6 + (x - 1) ** 4;
    };
    const flat = await minimise(offset, Float64Array.of(3), { tol: 1e-300, maxIter: 1000 });
    expect(flat.stopped).not.toBe("maxIter");
    expect(Math.abs(flat.x[0] - 1)).toBeLessThan(0.01);
    const short = await minimise(rosenbrock, Float64Array.of(-1.2, 1), { tol: 1e-9, maxIter: 3 });
    expect(short).toMatchObject({ iterations: 3, stopped: "maxIter", converged: false });
    // A gradient that points uphill: nothing lowers the value.
    const wrong = await minimise(
      ([x], gradient) => {
        gradient[0] = -2 * x;
        return x * x;
      },
      Float64Array.of(1),
      { tol: 1e-9, maxIter: 100 },
    );
    expect(wrong).toMatchObject({ stopped: "lineSearch", converged: false });
    assertClose(wrong.x, [1]);
  });

  it("is done at once at a minimum, and takes promises", async () => {
    const at = await minimise(rosenbrock, Float64Array.of(1, 1), { tol: 1e-9, maxIter: 10 });
    expect(at).toMatchObject({ iterations: 0, evaluations: 1, converged: true });
    const later = await minimise(async (x, g) => rosenbrock(x, g), Float64Array.of(-1.2, 1), {
      tol: 1e-9,
      maxIter: 100,
    });
    assertClose(later.x, [1, 1], { absolute: 1e-8 });
  });

  it("gives the iterations' callback the power to stop", async () => {
    const stop = minimise(rosenbrock, Float64Array.of(-1.2, 1), {
      tol: 1e-9,
      maxIter: 100,
      onIteration: (iteration) => {
        if (iteration === 4) throw new Error("enough");
      },
    });
    await expect(stop).rejects.toThrow("enough");
  });

  it("finds minima from random starts of a convex function that is not quadratic", async () => {
    const random = new Random(1);
    for (let trial = 0; trial < 20; trial++) {
      const centre = Float64Array.from({ length: 5 }, () => random.normal());
      const result = await minimise(
        (x, gradient) => {
          let value = 0;
          x.forEach((v, i) => {
            const d = v - centre[i];
            value += Math.cosh(d) - 1;
            gradient[i] = Math.sinh(d);
          });
          return value;
        },
        Float64Array.from({ length: 5 }, () => 20 * random.normal()),
        { tol: 1e-9, maxIter: 200 },
      );
      expect(result.converged).toBe(true);
      assertClose(result.x, centre, { absolute: 1e-8 });
    }
  });

  it.each([Math.fround, (value: number) => Math.round(value * 1e4) / 1e4])(
    "goes by slopes where values are coarse, as far as their precision says",
    async (rounded) => {
      const precision = rounded === Math.fround ? 2 ** -24 : 1e-5;
      const coarse: Objective = async (x, gradient) => rounded(await rosenbrock(x, gradient));
      const options = { tol: 1e-4, maxIter: 200, precision };
      const result = await minimise(coarse, Float64Array.of(-1.2, 1), options);
      expect(result.stopped).toBe("gradient");
      assertClose(result.x, [1, 1], { absolute: 1e-3 });
    },
  );

  it("tells the callback the length of each step, and was last called where it led", async () => {
    let last = Float64Array.of();
    let before = Float64Array.of(-1.2, 1);
    const lengths: number[] = [];
    const result = await minimise(
      (x, gradient) => {
        last = x.slice();
        return rosenbrock(x, gradient);
      },
      before,
      {
        tol: 1e-9,
        maxIter: 100,
        onIteration: (_, value, _size, step) => {
          expect(rosenbrock(last, new Float64Array(2))).toBe(value);
          expect(last).not.toEqual(before);
          before = last;
          lengths.push(step);
        },
      },
    );
    expect(last).toEqual(result.x);
    expect(lengths.every((length) => length > 0)).toBe(true);
    // The Newton step itself, near the minimum.
    expect(lengths.at(-1)).toBe(1);
  });

  it.each([
    [{ tol: -1 }, "minimise: tol must be a number >= 0, received -1"],
    [{ tol: Number.NaN }, "minimise: tol must be a number >= 0, received NaN"],
    [{ maxIter: 1.5 }, "minimise: maxIter must be a whole number >= 0, received 1.5"],
    [{ memory: 0 }, "minimise: memory must be a whole number >= 1, received 0"],
    [{ precision: 0 }, "minimise: precision must be a number > 0, received 0"],
  ])("refuses %o", async (option, message) => {
    const refused = minimise(rosenbrock, Float64Array.of(0, 0), { tol: 1e-9, maxIter: 9, ...option });
    await expect(refused).rejects.toThrow(new ParamError(...(message.split(": ") as [string, string])));
  });
});
