import { type Dataset, type DatasetSchema, describe, listNames, StrataError } from "@strata-ml/core";
import type { PreprocessedInput, PreprocessedRequest } from "../network/preprocessed-input.js";
import { BaseLayer } from "./layers/preprocessing-layer.js";
import { PreprocessedEncoder } from "./preprocessed-encoder.js";

/** The columns that a network takes through preprocessing layers. */
export class PreprocessedColumns {
  constructor(
    readonly encoders: readonly PreprocessedEncoder[] = [],
    /** Columns that it takes in no other way: they are no part of the other inputs. */
    readonly taken: ReadonlySet<string> = new Set(),
  ) {}

  /** What was fitted for such a request; throws {@link StrataError} where nothing was. */
  find(owner: string, request: PreprocessedRequest): PreprocessedInput {
    return findPreprocessed(this.inputs, owner, request);
  }

  get inputs(): PreprocessedInputs {
    return new Map(this.encoders.map((encoder) => [nameOf(encoder), encoder.input]));
  }
}

/** What a network sees, by what it asks for: data alone, which another thread can be sent. */
export type PreprocessedInputs = ReadonlyMap<string, PreprocessedInput>;

/** Throws {@link StrataError} for what was not asked for in fit. */
export function findPreprocessed(
  inputs: PreprocessedInputs,
  owner: string,
  request: PreprocessedRequest,
): PreprocessedInput {
  const wanted = nameOf(request);
  const found = inputs.get(wanted);
  if (found === undefined)
    throw new StrataError(
      owner,
      `the network must ask for the inputs that it asked for in fit, received ${describe(wanted)} as well`,
    );
  return found;
}

/** Fits layers for a network that asks for them, once each. */
export class Preprocessing {
  private readonly encoders = new Map<string, PreprocessedEncoder>();

  constructor(
    private readonly owner: string,
    private readonly data: Dataset,
    private readonly weights: Float64Array | undefined,
  ) {}

  /** Throws in the name of `network` where it asks for what there is not. */
  preprocess(network: string, request: PreprocessedRequest): PreprocessedInput {
    checkRequest(network, this.data.featureSchema, request);
    const name = nameOf(request);
    const held = this.encoders.get(name);
    if (held) return held.input;
    const made = PreprocessedEncoder.fit(this.owner, this.data, request, this.weights, this.encoders.size);
    this.encoders.set(name, made);
    return made.input;
  }

  /** What was asked for; `plain` are the columns that the network also takes without a layer. */
  done(plain: ReadonlySet<string>): PreprocessedColumns {
    const encoders = [...this.encoders.values()];
    const names = encoders.flatMap(({ columns }) => columns);
    return new PreprocessedColumns(encoders, new Set(names.filter((name) => !plain.has(name))));
  }
}

/** Columns and layer, which a network asks for in the same words each time it is built. */
function nameOf({ columns, layer }: Pick<PreprocessedRequest, "columns" | "layer">): string {
  return JSON.stringify([columns, layer]);
}

/** Throws {@link StrataError} for columns that there are not, and for a layer that doesn't take them. */
export function checkRequest(
  owner: string,
  features: DatasetSchema,
  { kind, columns, layer }: PreprocessedRequest,
): void {
  const fail = (what: string, received: unknown): never => {
    throw new StrataError(owner, `${what}, received ${describe(received)}`);
  };
  if (!(layer instanceof BaseLayer))
    fail(`the layer of a ${kind} input must be a preprocessing layer`, layer);
  const crossed = kind === "crossed";
  if (crossed !== (layer.columns === "several"))
    fail(
      crossed ? "crossed columns must go through hashedCrossing" : "crosses must be asked by crossedColumns",
      layer.type,
    );
  const takes = kind === "numeric" || kind === "tensor" ? "numbers" : "strings";
  if (layer.takes !== takes && layer.takes !== "either")
    fail(`the layer of a ${kind} input must take ${takes}`, layer.type);
  if (crossed && columns.length < 2) fail("crossed columns must be two or more", columns);
  const kinds: readonly string[] = crossed ? ["categorical", "text"] : [kind];
  const there = features.filter((column) => kinds.includes(column.kind)).map(({ name }) => name);
  for (const name of columns) {
    if (there.includes(name)) continue;
    fail(
      `a ${crossed ? "crossed" : kind} input must be ${there.length > 0 ? `one of ${listNames(there, 20)}` : "left out: there are none"}`,
      name,
    );
  }
}
