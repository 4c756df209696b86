import { type HostBackendName, hostMemory, type HostMemory } from "./kernels/host-memory.js";
import {
  engine,
  getBackend,
  getKernel,
  type KernelFunc,
  type NamedAttrMap,
  type Tensor,
  type TensorInfo,
  tidy,
} from "./tensors.js";

/** Numbers that go into a program. */
interface Feed {
  readonly data: Float32Array | Int32Array;
  readonly shape: readonly number[];
}

/** Where a kernel's input comes from: a place among the program's values, by name, or a list of them. */
type Source = readonly [name: string, place: number];

interface Call {
  readonly run: KernelFunc;
  readonly attrs: NamedAttrMap;
  readonly inputs: readonly Source[];
  /** Whether the kernel takes its inputs as a list. */
  readonly listed: boolean;
  readonly outputs: readonly number[];
  /** Places that no later call reads. */
  readonly done: readonly number[];
}

/**
 * The kernels that a function of tensors ran, to be run again for feeds of the same shapes without what TensorFlow.js does
 * around each: checks, scopes, gradients. The function must do the same whatever numbers it gets.
 */
export class Program {
  private readonly backend = engine().backend as object;
  private readonly memory = hostMemory(getBackend() as HostBackendName, this.backend);
  private readonly calls: readonly Call[];
  /** Places of the feeds that a kernel reads. */
  private readonly feeds: readonly (readonly [key: string, place: number])[];

  private constructor(
    private readonly writer: Writer,
    keys: readonly string[],
    private readonly result: number,
  ) {
    const last = writer.lastCalls;
    this.feeds = keys.map((key, place) => [key, place] as const).filter(([, place]) => last.has(place));
    const done = writer.written.map((): number[] => []);
    for (const [place, at] of last) if (place !== result && !writer.held.has(place)) done[at].push(place);
    this.calls = writer.written.map((call, at) => ({ ...call, done: done[at] }));
  }

  /** Whether the backend in use has memory that programs can run in. */
  static get possible(): boolean {
    return ["wasm", "cpu"].includes(getBackend());
  }

  /** Runs `f` once and writes down what it ran; `weights` outlive the program. */
  static capture(
    f: (feeds: ReadonlyMap<string, Tensor>) => Tensor,
    feeds: ReadonlyMap<string, Tensor>,
    weights: Iterable<Tensor>,
  ): Program {
    const writer = new Writer([...feeds.values()], weights);
    try {
      const out = tidy(() => writer.record(() => f(feeds)));
      const result = writer.placeOf(out);
      if (!writer.held.has(result)) out.dispose();
      return new Program(writer, [...feeds.keys()], result);
    } catch (error) {
      for (const held of writer.constants) held.dispose();
      throw error;
    }
  }

  /** The result for other numbers of the same shapes. */
  run(feeds: ReadonlyMap<string, Feed>): Float32Array {
    const { memory, backend, writer } = this;
    const values = Array.from<TensorInfo | undefined>({ length: writer.places });
    const release = (place: number): void => {
      const info = values[place];
      if (info === undefined || writer.held.has(place)) return;
      memory.release(info);
      values[place] = undefined;
    };
    for (const [place, tensor] of writer.held) values[place] = tensor;
    try {
      for (const [key, place] of this.feeds) values[place] = uploaded(memory, feeds.get(key)!);
      for (const { run, attrs, inputs, listed, outputs, done } of this.calls) {
        const given = (listed ? [] : {}) as Record<string, TensorInfo>;
        for (const [name, place] of inputs) given[name] = values[place]!;
        const made = run({ inputs: given, backend, attrs });
        if (Array.isArray(made)) made.forEach((info, i) => (values[outputs[i]] = info));
        else values[outputs[0]] = made;
        done.forEach(release);
      }
      return memory.floats(values[this.result]!).slice();
    } finally {
      // The result, and whatever a kernel that throws leaves behind.
      values.forEach((_, place) => release(place));
    }
  }

  dispose(): void {
    for (const tensor of this.writer.constants) tensor.dispose();
  }
}

function uploaded(memory: HostMemory, { data, shape }: Feed): TensorInfo {
  const whole = data instanceof Int32Array;
  const info = memory.create(shape, whole ? "int32" : "float32");
  (whole ? memory.ints(info) : memory.floats(info)).set(data);
  return info;
}

type Written = Omit<Call, "done">;

/** Writes down kernels as they are run. */
class Writer {
  /** Weights and constants by place. */
  readonly held = new Map<number, Tensor>();
  readonly constants: Tensor[] = [];
  readonly written: Written[] = [];
  private readonly ids = new Map<number, number>();
  /** Tensors that are there when the program runs, or come of its kernels. */
  private readonly made: Set<number>;
  private readonly weights: ReadonlySet<number>;

  constructor(feeds: readonly Tensor[], weights: Iterable<Tensor>) {
    for (const feed of feeds) this.placeOf(feed);
    this.made = new Set(this.ids.keys());
    this.weights = new Set([...weights].map(({ id }) => id));
  }

  get places(): number {
    return this.ids.size;
  }

  /** The last call that reads or makes each place. */
  get lastCalls(): ReadonlyMap<number, number> {
    const last = new Map<number, number>();
    this.written.forEach(({ inputs, outputs }, at) => {
      for (const place of [...inputs.map(([, from]) => from), ...outputs]) last.set(place, at);
    });
    return last;
  }

  placeOf({ id }: Tensor): number {
    const place = this.ids.get(id) ?? this.ids.size;
    this.ids.set(id, place);
    return place;
  }

  record(f: () => Tensor): Tensor {
    const inUse = engine();
    const original = inUse.runKernel;
    // It is put on the object, before the method of its class, and taken away again.
    inUse.runKernel = ((name: string, inputs: Record<string, Tensor>, attrs: NamedAttrMap) => {
      const out: Tensor | Tensor[] = original.call(inUse, name, inputs, attrs);
      this.write(name, inputs, attrs, Array.isArray(out) ? out : [out]);
      return out;
    }) as typeof original;
    try {
      const out = f();
      this.hold(out);
      return out;
    } finally {
      Reflect.deleteProperty(inUse, "runKernel");
    }
  }

  private write(name: string, inputs: Record<string, Tensor>, attrs: NamedAttrMap, outputs: Tensor[]): void {
    const given = Object.entries(inputs).filter(([, tensor]) => (tensor as Tensor | undefined) !== undefined);
    for (const [, tensor] of given) this.hold(tensor);
    for (const { id } of outputs) this.made.add(id);
    this.written.push({
      run: getKernel(name, getBackend()).kernelFunc,
      attrs,
      inputs: given.map(([key, tensor]) => [key, this.placeOf(tensor)]),
      listed: Array.isArray(inputs),
      outputs: outputs.map((tensor) => this.placeOf(tensor)),
    });
  }

  /** Keeps a tensor that no kernel of the program makes. */
  private hold(tensor: Tensor): void {
    const place = this.placeOf(tensor);
    if (this.made.has(tensor.id) || this.held.has(place)) return;
    this.held.set(place, tensor);
    if (!this.weights.has(tensor.id)) this.constants.push(engine().keep(tensor));
  }
}
