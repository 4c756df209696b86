import { Random } from "@strata-ml/core";
import { reshape, slice, type Tensor, tensor } from "../backend/tensors.js";
import type { WeightSpec } from "./graph.js";

/** A weight and where its numbers lie in the vector of all weights. */
export interface PlacedWeight extends WeightSpec {
  readonly offset: number;
  readonly size: number;
}

/**
 * All weights of a network as one flat vector, so that an optimizer step is one operation: first those that decay,
 * then the other trained ones, then those that are not trained.
 */
export class WeightLayout {
  readonly weights: readonly PlacedWeight[];
  /** Numbers in all. */
  readonly size: number;
  /** The first so many are trained, */
  readonly trained: number;
  /** and the first so many of those decay. */
  readonly decayed: number;

  constructor(specs: readonly WeightSpec[]) {
    const groups = [
      specs.filter(({ trainable, decays }) => trainable && decays),
      specs.filter(({ trainable, decays }) => trainable && !decays),
      specs.filter(({ trainable }) => !trainable),
    ];
    const ends: number[] = [];
    const weights: PlacedWeight[] = [];
    let offset = 0;
    for (const group of groups) {
      for (const spec of group) {
        const size = spec.shape.reduce((a, b) => a * b, 1);
        weights.push({ ...spec, offset, size });
        offset += size;
      }
      ends.push(offset);
    }
    this.weights = weights;
    [this.decayed, this.trained, this.size] = ends;
  }

  /** First values by seed. A weight's depend on the seed and its name alone. */
  initial(seed: number): Float32Array {
    const random = new Random(seed).fork("weights");
    const out = new Float32Array(this.size);
    for (const { name, shape, initializer, offset } of this.weights)
      out.set(initializer(shape, random.fork(name)), offset);
    return out;
  }

  /** Each weight's numbers, by name, as views of the vector. */
  views(values: Float32Array): ReadonlyMap<string, Float32Array> {
    return new Map(
      this.weights.map(({ name, offset, size }) => [name, values.subarray(offset, offset + size)]),
    );
  }

  /** Each weight as a tensor of its own. */
  upload(values: Float32Array): ReadonlyMap<string, Tensor> {
    const views = this.views(values);
    return new Map(this.weights.map(({ name, shape }) => [name, tensor(views.get(name)!, [...shape])]));
  }

  /** The trained weights as tensors, cut from the flat vector of them. */
  cut(trained: Tensor): ReadonlyMap<string, Tensor> {
    const weights = this.weights.filter(({ trainable }) => trainable);
    return new Map(
      weights.map(({ name, shape, offset, size }) => [
        name,
        reshape(slice(trained, [offset], [size]), [...shape]),
      ]),
    );
  }
}
