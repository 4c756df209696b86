import { z } from "zod";
import { type Composite, type ParamAt, type ParamPath, withParams } from "./composite.js";
import type { AnyEstimator, Estimator, EstimatorTags } from "./estimator.js";
import type { Model } from "./model.js";

// Compiled, never run: each line after an @ts-expect-error must not compile, or the compiler complains.

const stepParams = z.strictObject({ alpha: z.number().default(1), mode: z.enum(["a", "b"]).default("a") });
declare class Step extends Estimator<typeof stepParams> {
  readonly type: string;
  readonly tags: EstimatorTags;
  constructor();
  fit(): Promise<Model>;
}

const chainParams = z.strictObject({ memory: z.boolean().default(false) });
declare class Chain<Parts extends Readonly<Record<string, AnyEstimator>>>
  extends Estimator<typeof chainParams>
  implements Composite<Parts>
{
  readonly type: string;
  readonly tags: EstimatorTags;
  readonly parts: Parts;
  constructor(parts: Parts);
  withParts(patch: Partial<Record<keyof Parts, AnyEstimator>>): this;
  fit(): Promise<Model>;
}

const chain = new Chain({ first: new Step(), inner: new Chain({ model: new Step() }) });
type ChainPath = ParamPath<typeof chain>;

export const paths: readonly ChainPath[] = [
  "memory",
  "first.alpha",
  "first.mode",
  "inner.memory",
  "inner.model.alpha",
];
// @ts-expect-error a misspelt part is no path
export const part: ChainPath = "frist.alpha";
// @ts-expect-error a misspelt param is no path
export const param: ChainPath = "inner.model.alhpa";
// @ts-expect-error a part alone is no param
export const alone: ChainPath = "inner.model";
// @ts-expect-error a path ends at a param
export const beyond: ChainPath = "first.alpha.deeper";

export const value: ParamAt<typeof chain, "inner.model.alpha"> = 1;
// @ts-expect-error the value at a path has the type of its param
export const text: ParamAt<typeof chain, "inner.model.alpha"> = "1";

export const changed: typeof chain = withParams(chain, { memory: true, "inner.model.mode": "b" });
// @ts-expect-error a misspelt path can't be set
withParams(chain, { "inner.modle.alpha": 1 });
// @ts-expect-error a value of another type can't be set
withParams(chain, { "first.alpha": "1" });
// @ts-expect-error a choice outside the enum can't be set
withParams(chain, { "inner.model.mode": "c" });
