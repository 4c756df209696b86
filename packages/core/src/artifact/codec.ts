import type { z } from "zod";
import type { DatasetSchema } from "../dataset/schema.js";
import { ArtifactError } from "../errors.js";
import type { Awaitable } from "../estimator/capabilities.js";
import type { AnyEstimator, EstimatorJson } from "../estimator/estimator.js";
import type { Model } from "../estimator/model.js";
import { Matrix } from "../matrix.js";
import type { StoredTensor, TensorData } from "./safetensors.js";

/** A fitted model taken apart: small JSON state, numbers as tensors, and the models that it is made of. */
export interface EncodedModel<State> {
  readonly state: State;
  /** Matrices keep their shape, typed arrays are vectors. */
  readonly tensors?: Readonly<Record<string, TensorData | Matrix | StoredTensor>>;
  readonly children?: Readonly<Record<string, Model>>;
}

/** What `decode` builds the model from. */
export interface DecodedParts<E extends AnyEstimator, State> {
  readonly estimator: E;
  readonly features: DatasetSchema;
  readonly state: State;
  readonly tensors: TensorReader;
  readonly children: Readonly<Record<string, Model>>;
}

/** How one type of model goes into an artifact and comes out. `decode` must refuse parts that don't fit each other. */
export interface Codec<M extends Model = Model, E extends AnyEstimator = AnyEstimator, State = unknown> {
  readonly type: string;
  readonly state: z.ZodType<State>;
  /**
   * The estimator from its params as JSON carries them, checked by its constructor: usually `(params) => new Mine(params)`.
   * `restore` makes the estimators that are among them.
   */
  estimator(params: never, restore: (json: EstimatorJson) => AnyEstimator): E;
  encode(model: M): EncodedModel<State>;
  decode(parts: DecodedParts<E, State>): Awaitable<M>;
}

// oxlint-disable-next-line typescript/no-explicit-any -- a registry holds codecs of every model
export type AnyCodec = Codec<any, any, any>;

/** A codec with its types inferred. */
export function defineCodec<M extends Model, E extends AnyEstimator, State>(
  codec: Codec<M, E, State>,
): Codec<M, E, State> {
  return codec;
}

/** The tensors of one model of an artifact; every getter throws {@link ArtifactError} for one that is absent, of another type or size. */
export class TensorReader {
  constructor(
    private readonly owner: string,
    private readonly tensors: ReadonlyMap<string, StoredTensor>,
  ) {}

  has(name: string): boolean {
    return this.tensors.has(name);
  }

  get names(): readonly string[] {
    return [...this.tensors.keys()];
  }

  /** A tensor with its shape, whatever its type. */
  stored(name: string): StoredTensor {
    const tensor = this.tensors.get(name);
    if (tensor === undefined)
      throw new ArtifactError(this.owner, `tensor '${name}' must be in the artifact, received none`);
    return tensor;
  }

  float64(name: string, length?: number): Float64Array {
    return this.typed(name, Float64Array, length);
  }

  float32(name: string, length?: number): Float32Array {
    return this.typed(name, Float32Array, length);
  }

  int32(name: string, length?: number): Int32Array {
    return this.typed(name, Int32Array, length);
  }

  uint8(name: string, length?: number): Uint8Array {
    return this.typed(name, Uint8Array, length);
  }

  uint16(name: string, length?: number): Uint16Array {
    return this.typed(name, Uint16Array, length);
  }

  uint32(name: string, length?: number): Uint32Array {
    return this.typed(name, Uint32Array, length);
  }

  /** A float64 tensor of two axes; a given size must match. */
  matrix(name: string, rows?: number, columns?: number): Matrix {
    const { shape } = this.stored(name);
    const data = this.float64(name);
    if (shape.length !== 2 || (rows ?? shape[0]) !== shape[0] || (columns ?? shape[1]) !== shape[1]) {
      throw new ArtifactError(
        this.owner,
        `tensor '${name}' must be ${rows ?? "any"} x ${columns ?? "any"}, received ${shape.join(" x ")}`,
      );
    }
    return new Matrix(shape[0], shape[1], data);
  }

  private typed<T extends TensorData>(
    name: string,
    type: new (length: number) => T,
    length: number | undefined,
  ): T {
    const { data } = this.stored(name);
    if (!(data instanceof type)) {
      throw new ArtifactError(
        this.owner,
        `tensor '${name}' must be a ${type.name}, received a ${data.constructor.name}`,
      );
    }
    if (length !== undefined && data.length !== length) {
      throw new ArtifactError(
        this.owner,
        `tensor '${name}' must have ${length} values, received ${data.length}`,
      );
    }
    return data;
  }
}
