import { type Dataset, Matrix } from "@strata-ml/core";
import { Program } from "../backend/program.js";
import { currentBackend } from "../backend/select-backend.js";
import { add, dispose, type Tensor, tensor } from "../backend/tensors.js";
import type { Feeds } from "../preprocessing/feed.js";
import { uploadFeeds } from "../training/train-step.js";
import { FittedNetwork } from "./fitted-network.js";

/** What holds tensors until it is disposed. */
export interface Disposes {
  dispose(): void;
}

/** Programs that are kept, of the layers and shapes asked for last. */
const keptPrograms = 16;

/** More rows than this gain nothing from being prepared. */
const fewRows = 64;

/** A network whose weights stay on the backend until it is disposed, and whose kernels for a shape of inputs are known. */
export class PreparedNetwork extends FittedNetwork {
  private readonly programs = new Map<string, Program>();
  private readonly tensors: ReadonlyMap<string, Tensor>;
  private disposed = false;

  private constructor(from: FittedNetwork) {
    super(from.encoder, from.network, from.weights, from.offset, from.history);
    this.tensors = from.network.layout.upload(from.weights);
  }

  static async of(from: FittedNetwork): Promise<PreparedNetwork> {
    await currentBackend();
    return new PreparedNetwork(from);
  }

  override async run(owner: string, data: Dataset, layer?: string): Promise<Matrix> {
    if (this.disposed || data.rows > fewRows || data.rows === 0 || !Program.possible)
      return super.run(owner, data, layer);
    const width = layer === undefined ? this.offset.length : this.network.widthOf(owner, layer);
    const encoded = await this.encoder.encode(owner, data);
    // It may have been disposed meanwhile.
    if (this.disposed) return super.run(owner, data, layer);
    const feeds = encoded.batch(Int32Array.from({ length: data.rows }, (_, i) => i));
    const values = this.programFor(owner, feeds, layer).run(feeds);
    return new Matrix(data.rows, width, Float64Array.from(values));
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    for (const program of this.programs.values()) program.dispose();
    dispose([...this.tensors.values()]);
  }

  private programFor(owner: string, feeds: Feeds, layer: string | undefined): Program {
    const shapes = Array.from(feeds, ([key, { shape }]) => `${key} ${shape.join("x")}`);
    const name = JSON.stringify([layer ?? null, ...shapes]);
    const program = this.programs.get(name) ?? this.capture(owner, feeds, layer);
    this.programs.delete(name);
    this.programs.set(name, program);
    if (this.programs.size > keptPrograms) {
      const [oldest, unused] = this.programs.entries().next().value!;
      this.programs.delete(oldest);
      unused.dispose();
    }
    return program;
  }

  private capture(owner: string, feeds: Feeds, layer: string | undefined): Program {
    const { network, tensors: weights, offset } = this;
    const held = uploadFeeds(feeds);
    try {
      return Program.capture(
        (given) =>
          layer === undefined
            ? add(network.run({ feeds: given, weights }), tensor(offset, [offset.length]))
            : network.runLayer(owner, layer, { feeds: given, weights }),
        held,
        weights.values(),
      );
    } finally {
      dispose([...held.values()]);
    }
  }
}
