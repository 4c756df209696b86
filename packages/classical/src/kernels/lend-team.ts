import { availableThreads, unrefTimer } from "./platform.js";
import { KernelTeam } from "./team.js";

export { KernelTeam } from "./team.js";

/** Multiplications from which other threads are worth their start: about 50 ms of one. */
const manyProducts = 2e8;
/** Least memory of a team that is kept, so that it serves most. */
const leastBytes = 1 << 22;
const keptFor = 2000;

interface Kept {
  readonly team: KernelTeam;
  readonly bytes: number;
  readonly threads: number;
  readonly timer: ReturnType<typeof setTimeout>;
}

let kept: Kept | undefined;

/**
 * Lends a team with the bytes to allocate that so many threads need: this thread alone for little work, else all threads of the machine, which
 * then wait some seconds for the next to borrow them. What fails or is aborted ends them.
 */
export async function withTeam<T>(
  bytesOf: (threads: number) => number,
  products: number,
  use: (team: KernelTeam) => Promise<T>,
  threads = availableThreads(),
): Promise<T> {
  if (products < manyProducts || threads < 2) return use(KernelTeam.alone(bytesOf(1)));
  const bytes = bytesOf(threads);
  const lent = take(bytes, threads);
  const size = lent?.bytes ?? Math.max(bytes, leastBytes);
  const team = lent?.team ?? (await KernelTeam.start(size, threads));
  const mark = team.mark();
  let result: T;
  try {
    result = await use(team);
  } catch (error) {
    team.close();
    throw error;
  }
  team.release(mark);
  keep(team, size, threads);
  return result;
}

/** The team that waits, where it is as wanted. */
function take(bytes: number, threads: number): Kept | undefined {
  if (kept === undefined || kept.bytes < bytes || kept.threads !== threads) return undefined;
  const lent = kept;
  kept = undefined;
  clearTimeout(lent.timer);
  return lent;
}

/** Keeps this team in place of one that waits already: the latest work tells best what will be wanted. */
function keep(team: KernelTeam, bytes: number, threads: number): void {
  if (kept !== undefined) end(kept);
  const mine: Kept = { team, bytes, threads, timer: setTimeout(() => end(mine), keptFor) };
  unrefTimer(mine.timer);
  kept = mine;
}

function end(waiting: Kept): void {
  clearTimeout(waiting.timer);
  if (kept === waiting) kept = undefined;
  waiting.team.close();
}
