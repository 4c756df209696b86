// A team of threads over one memory. Thread 0 is the caller: it posts a job, does its share, and waits for the others.

import { runJob } from "./jobs";

/** Addresses of the control block, each on a cache line of its own. */
const EPOCH: usize = 64;
const DONE: usize = 128;
const JOB: usize = 192;
const THREADS: usize = 196;
/** Whether the caller sleeps until the others are done. */
const WAITS: usize = 132;
/** Job that ends a thread. */
const STOP: i32 = -1;
/** Looks at the epoch so many times before it sleeps: a job usually follows within microseconds. */
const SPINS: i32 = 100_000;

/** A worker thread's life: every job that is posted, until it is told to stop. */
export function serve(thread: i32): void {
  let seen = 0;
  while (true) {
    let epoch = atomic.load<i32>(EPOCH);
    for (let spin = 0; epoch == seen && spin < SPINS; spin++) epoch = atomic.load<i32>(EPOCH);
    while (epoch == seen) {
      atomic.wait<i32>(EPOCH, seen, -1);
      epoch = atomic.load<i32>(EPOCH);
    }
    seen = epoch;
    const job = load<i32>(JOB);
    if (job == STOP) return;
    runJob(job, thread, load<i32>(THREADS));
    atomic.add<i32>(DONE, 1);
    if (atomic.load<i32>(WAITS) != 0) atomic.notify(DONE, 1);
  }
}

/**
 * Runs a job whose arguments are written on `threads` threads, this one among them, and returns when all are done.
 *
 * @param maySleep whether this thread may block: the main one of a browser must not
 */
export function dispatch(job: i32, threads: i32, maySleep: i32): void {
  if (threads > 1) {
    store<i32>(JOB, job);
    store<i32>(THREADS, threads);
    atomic.store<i32>(DONE, 0);
    atomic.add<i32>(EPOCH, 1);
    atomic.notify(EPOCH, threads - 1);
  }
  runJob(job, 0, threads);
  if (threads > 1) awaitOthers(threads - 1, maySleep != 0);
}

/** Spins, since the others end at about the same time; on a busy machine sleeps, so that they get a core. */
function awaitOthers(others: i32, maySleep: bool): void {
  for (let spin = 0; spin < SPINS || !maySleep; spin++) if (atomic.load<i32>(DONE) >= others) return;
  atomic.store<i32>(WAITS, 1);
  for (let done = atomic.load<i32>(DONE); done < others; done = atomic.load<i32>(DONE)) {
    atomic.wait<i32>(DONE, done, 1_000_000);
  }
  atomic.store<i32>(WAITS, 0);
}

/** Ends every other thread. */
export function stop(): void {
  store<i32>(JOB, STOP);
  atomic.add<i32>(EPOCH, 1);
  atomic.notify(EPOCH, -1);
}
