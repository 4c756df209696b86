import { describe, expect, test } from "vitest";
import { z } from "zod";
import { ParamError } from "../errors.js";
import { type Composite, isComposite, withParams } from "./composite.js";
import { type AnyEstimator, Estimator, type EstimatorTags } from "./estimator.js";
import type { Model } from "./model.js";

const tags: EstimatorTags = {
  kind: "regressor",
  accepts: ["numeric"],
  target: "none",
  missing: false,
  sampleWeight: false,
};
const stepParams = z.strictObject({ alpha: z.number().min(0).default(1), tol: z.number().default(0.1) });

class Step extends Estimator<typeof stepParams> {
  readonly type = "test/step";
  readonly tags = tags;
  constructor(input?: z.input<typeof stepParams>) {
    super(stepParams, input);
  }
  async fit(): Promise<Model> {
    throw new Error("no part of these tests");
  }
}

const chainParams = z.strictObject({ memory: z.boolean().default(false) });

class Chain<Parts extends Readonly<Record<string, AnyEstimator>>>
  extends Estimator<typeof chainParams>
  implements Composite<Parts>
{
  readonly type = "test/chain";
  readonly tags = tags;
  constructor(
    readonly parts: Parts,
    input?: z.input<typeof chainParams>,
  ) {
    super(chainParams, input);
  }
  override with(patch: Partial<z.input<typeof chainParams>>): this {
    return new Chain(this.parts, { ...this.params, ...patch }) as this;
  }
  withParts(patch: Partial<Record<keyof Parts, AnyEstimator>>): this {
    return new Chain({ ...this.parts, ...patch }, this.params) as this;
  }
  async fit(): Promise<Model> {
    throw new Error("no part of these tests");
  }
}

const inner = new Chain({ scale: new Step(), model: new Step({ alpha: 2 }) });
const outer = new Chain({ first: new Step({ tol: 5 }), inner });

describe("withParams", () => {
  test("own params, params of parts, and of parts of parts, all at once", () => {
    const changed = withParams(outer, {
      memory: true,
      "first.alpha": 3,
      "inner.memory": true,
      "inner.model.alpha": 4,
      "inner.model.tol": 0.5,
    });
    expect(changed.params).toEqual({ memory: true });
    expect(changed.parts.first.params).toEqual({ alpha: 3, tol: 5 });
    expect(changed.parts.inner.params).toEqual({ memory: true });
    expect(changed.parts.inner.parts.model.params).toEqual({ alpha: 4, tol: 0.5 });
    expect(changed.parts.inner.parts.scale).toBe(inner.parts.scale);
  });

  test("the original stays as it was", () => {
    withParams(outer, { memory: true, "inner.model.alpha": 9 });
    expect(outer.params).toEqual({ memory: false });
    expect(outer.parts.inner.parts.model.params.alpha).toBe(2);
  });

  test("no change gives the same estimator", () => {
    expect(withParams(outer, {})).toBe(outer);
  });

  test("paths that lead nowhere are refused, with the nearest name", () => {
    const patch = (path: string) => () => withParams(outer as AnyEstimator, { [path]: 1 } as never);
    expect(patch("inner.modle.alpha")).toThrow(
      "Chain: a param path must begin with 'scale', 'model', received \"modle\", did you mean 'model'?",
    );
    expect(patch("firts.alpha")).toThrow("did you mean 'first'?");
    expect(patch("first.alhpa")).toThrow("Step: there is no param \"alhpa\", did you mean 'alpha'?");
    expect(patch("first.alpha.deep")).toThrow(
      'Step: a param path must begin with a param: it has no parts, received "alpha"',
    );
    expect(patch("memroy")).toThrow("Chain: there is no param \"memroy\", did you mean 'memory'?");
    expect(patch("nothing")).toThrow(ParamError);
    expect(patch("constructor.alpha")).toThrow(
      "Chain: a param path must begin with 'first', 'inner', received \"constructor\"",
    );
  });

  test("a value out of range is refused in the part's name", () => {
    expect(() => withParams(outer, { "inner.model.alpha": -1 })).toThrow(
      "Step: alpha must be >= 0, received -1",
    );
  });
});

describe("estimators", () => {
  test("isComposite tells which have parts", () => {
    expect([isComposite(outer), isComposite(new Step())]).toEqual([true, false]);
  });

  test("with gives a changed copy, toJSON type and params", () => {
    const step = new Step({ alpha: 2 });
    const changed = step.with({ tol: 1 });
    expect(changed).toBeInstanceOf(Step);
    expect([step.params, changed.params]).toEqual([
      { alpha: 2, tol: 0.1 },
      { alpha: 2, tol: 1 },
    ]);
    expect(JSON.parse(JSON.stringify(changed))).toEqual({ type: "test/step", params: { alpha: 2, tol: 1 } });
    expect(() => step.with({ alpha: -1 })).toThrow("Step: alpha must be >= 0, received -1");
    expect(() => Object.assign(step.params, { alpha: 3 })).toThrow(TypeError);
  });
});
