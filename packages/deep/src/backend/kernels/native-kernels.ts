import { guest, guestRelaxed } from "#kernels";

type Address = number;
/** An address, or 0 for what is not there. */
type Maybe = number;
/** Whether something holds: 1 or 0. */
type Flag = number;

type AttentionSizes = [
  ...[rows: number, heads: number, queries: number, keys: number],
  ...[width: number, units: number],
];

type Conv1dSizes = [
  ...[rows: number, steps: number, width: number],
  ...[size: number, left: number, count: number, filters: number],
];

type ScanSizes = [steps: number, rows: number, units: number, backwards: Flag];

/** The compiled kernels of `assembly`, which says what each does. */
export interface NativeKernels {
  adamStep(
    ...args: [
      ...old: [weights: Address, gradient: Address, mean: Address, square: Address],
      ...next: [weights: Address, mean: Address, square: Address],
      size: number,
      decayed: number,
      ...settings: [
        rate: number,
        beta1: number,
        beta2: number,
        epsilon: number,
        decay: number,
        penalty: number,
      ],
    ]
  ): void;
  addRows(...args: [...[x: Address, ids: Address, sums: Address], ...[count: number, width: number]]): void;
  attention(
    ...args: [
      ...[query: Address, key: Address, value: Address, mask: Address, kept: Maybe],
      ...[out: Address, shares: Address, ...AttentionSizes, causal: Flag],
      ...[scaled: Address, scratch: Address],
    ]
  ): void;
  attentionGradient(
    ...args: [
      ...[dy: Address, query: Address, key: Address, value: Address, shares: Address, mask: Address],
      ...[kept: Maybe, dQuery: Address, dKey: Address, dValue: Address, ...AttentionSizes],
      ...[scaled: Address, scratch: Address],
    ]
  ): void;
  conv1d(
    ...args: [
      ...[x: Address, mask: Address, kernel: Address, bias: Maybe, out: Address],
      ...[...sizes: Conv1dSizes, least: number, padded: Address, scratch: Address],
    ]
  ): void;
  conv1dGradient(
    ...args: [
      ...[dy: Address, out: Maybe, x: Address, mask: Address, kernel: Address],
      ...[dx: Address, dKernel: Address, dBias: Maybe],
      ...[...sizes: Conv1dSizes, room: Address, scratch: Address, otherScratch: Address],
    ]
  ): void;
  gatherRows(
    ...args: [
      ...[table: Address, ids: Address, out: Address],
      ...[count: number, size: number, bytes: number],
    ]
  ): number;
  gru(
    ...args: [
      ...[x: Address, recurrent: Address, bias: Address, recurrentBias: Address, mask: Address],
      ...[last: Address, states: Address, gates: Address, all: Maybe],
      ...[...scan: ScanSizes, products: Address, scratch: Address],
    ]
  ): void;
  gruGradient(
    ...args: [
      ...[dy: Maybe, states: Address, gates: Address, recurrent: Address, mask: Address],
      ...[dState: Address, dx: Address, dRecurrent: Address, dBias: Address, dRecurrentBias: Address],
      ...[...scan: ScanSizes, dProducts: Address, sums: Address, scratch: Address],
    ]
  ): void;
  lstm(
    ...args: [
      ...[x: Address, recurrent: Address, mask: Address, last: Address, cell: Address],
      ...[states: Address, cells: Address, tanhs: Address, gates: Address, all: Maybe],
      ...[...scan: ScanSizes, scratch: Address],
    ]
  ): void;
  lstmGradient(
    ...args: [
      ...[dy: Maybe, states: Address, cells: Address, tanhs: Address, gates: Address],
      ...[recurrent: Address, mask: Address, dState: Address, dCell: Address],
      ...[dx: Address, dRecurrent: Address, ...scan: ScanSizes, scratch: Address],
    ]
  ): void;
  keptScale(
    ...args: [
      out: Address,
      size: number,
      limit: number,
      scale: number,
      ...seeds: [number, number, number, number],
    ]
  ): void;
  maxOverSteps(
    ...args: [
      ...[x: Address, mask: Address, out: Address, from: Address],
      ...[rows: number, steps: number, units: number],
    ]
  ): void;
  multiply(
    ...args: [
      ...a: [at: Address, row: number, column: number],
      ...b: [at: Address, row: number, column: number],
      ...c: [at: Address, row: number],
      ...start: [at: Address, row: number],
      ...sizes: [m: number, k: number, n: number],
      least: number,
      scratch: Address,
    ]
  ): void;
  multiplyScratch(): number;
  standardiseColumns(
    ...args: [
      ...[x: Address, z: Address, places: number, width: number, epsilon: number, centred: Flag],
      ...[means: Address, variances: Address, scales: Address, sums: Address],
    ]
  ): void;
  standardiseColumnsGradient(
    ...args: [
      ...[dy: Address, z: Address, variances: Address, places: number, width: number, epsilon: number],
      ...[centred: Flag, dx: Address, factors: Address, sums: Address],
    ]
  ): void;
  standardiseRuns(
    ...args: [
      ...[x: Address, z: Address, runs: number, members: number, epsilon: number, centred: Flag],
      ...[means: Address, variances: Address],
    ]
  ): void;
  standardiseRunsGradient(
    ...args: [
      ...[dy: Address, z: Address, variances: Address, runs: number, members: number, epsilon: number],
      ...[centred: Flag, dx: Address],
    ]
  ): void;
  sumFirst(
    ...args: [
      x: Address,
      out: Address,
      outer: number,
      count: number,
      inner: number,
      factor: number,
      sums: Address,
    ]
  ): void;
  sumLast(...args: [x: Address, out: Address, outer: number, count: number, factor: number]): void;
}

let compiled: WebAssembly.Module | undefined;
const instances = new WeakMap<WebAssembly.Memory, NativeKernels>();

/** The kernels in a backend's memory. */
export function nativeKernels(memory: WebAssembly.Memory): NativeKernels {
  let instance = instances.get(memory);
  if (instance === undefined) {
    compiled ??= compile();
    instance = new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as NativeKernels;
    instances.set(memory, instance);
  }
  return instance;
}

/** By relaxed SIMD where the engine has it: matrix products are half as quick again. */
function compile(): WebAssembly.Module {
  const [plain, relaxed] = [guest, guestRelaxed].map((text) =>
    Uint8Array.from(atob(text), (char) => char.charCodeAt(0)),
  );
  return new WebAssembly.Module(WebAssembly.validate(relaxed) ? relaxed : plain);
}
