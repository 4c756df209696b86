import type { Batch } from "../training/train-step.js";

/** What a replica is about. */
export const states = { working: 1, done: 2, failed: 3 } as const;

/** Places of a replica's control words: its state, and where the plan of its next step lies in the batch memory. */
export const words = { state: 0, planAt: 1, planBytes: 2, replaced: 3, count: 4 } as const;

/** A step as a replica is told it. */
export interface SharedStep {
  /** Seed of the fit's random numbers, and number of the step. */
  readonly seed: number;
  readonly step: number;
  /** Rows of all replicas together. */
  readonly rows: number;
  readonly batches: readonly Batch[];
}

interface Placed {
  readonly type: "float32" | "int32";
  readonly at: number;
  readonly length: number;
}

interface PlacedBatch {
  readonly feeds: readonly (Placed & { readonly key: string; readonly shape: readonly number[] })[];
  readonly targets: Placed;
  readonly weights: Placed;
}

/**
 * Looks at a replica's state until it is another one, for so many milliseconds at most: a thread that sleeps between steps wakes up
 * late, on a processor that may have turned to something else.
 */
export function spinWhile(control: Int32Array, state: number, milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (Atomics.load(control, words.state) === state && performance.now() < until);
}

type StepPlan = Omit<SharedStep, "batches"> & { readonly batches: readonly PlacedBatch[] };

const wordBytes = 4;

/** Memory that a step's batches pass through to one replica: their numbers, and after them a plan of what lies where. */
export class StepWriter {
  private memory = new SharedArrayBuffer(0);

  /** @param replace takes a larger memory to the replica. */
  constructor(
    private readonly control: Int32Array,
    private readonly replace: (memory: SharedArrayBuffer) => void,
  ) {}

  write({ batches, ...about }: SharedStep): void {
    const arrays: (Float32Array | Int32Array)[] = [];
    let end = 0;
    const place = (data: Float32Array | Int32Array): Placed => {
      arrays.push(data);
      const at = end;
      end += data.byteLength;
      return { type: data instanceof Int32Array ? "int32" : "float32", at, length: data.length };
    };
    const placed = batches.map(({ feeds, targets, weights }) => ({
      feeds: [...feeds].map(([key, { data, shape }]) => ({ key, shape, ...place(data) })),
      targets: place(targets),
      weights: place(weights),
    }));
    const plan = new TextEncoder().encode(JSON.stringify({ ...about, batches: placed } satisfies StepPlan));
    this.reserve(end + plan.length);
    let at = 0;
    for (const data of arrays) {
      viewOf(this.memory, data instanceof Int32Array ? "int32" : "float32", at, data.length).set(data);
      at += data.byteLength;
    }
    new Uint8Array(this.memory, end, plan.length).set(plan);
    this.control[words.planAt] = end;
    this.control[words.planBytes] = plan.length;
  }

  private reserve(bytes: number): void {
    if (bytes <= this.memory.byteLength) return;
    this.memory = new SharedArrayBuffer(Math.ceil((bytes * 1.5) / wordBytes) * wordBytes);
    this.replace(this.memory);
    this.control[words.replaced] = 1;
  }
}

/** The step that lies in the memory, as copies: a backend may keep an array that it is given. */
export function readStep(memory: SharedArrayBuffer, control: Int32Array): SharedStep {
  const text = new Uint8Array(memory, control[words.planAt], control[words.planBytes]).slice();
  const { batches, ...about } = JSON.parse(new TextDecoder().decode(text)) as StepPlan;
  const read = ({ type, at, length }: Placed) => viewOf(memory, type, at, length).slice();
  return {
    ...about,
    batches: batches.map(({ feeds, targets, weights }) => ({
      feeds: new Map(feeds.map((feed) => [feed.key, { data: read(feed), shape: feed.shape }])),
      targets: read(targets) as Float32Array,
      weights: read(weights) as Float32Array,
    })),
  };
}

function viewOf(
  memory: SharedArrayBuffer,
  type: Placed["type"],
  at: number,
  length: number,
): Float32Array | Int32Array {
  return type === "int32" ? new Int32Array(memory, at, length) : new Float32Array(memory, at, length);
}
