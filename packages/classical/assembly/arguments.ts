// What a job is given: numbers at fixed addresses of the memory that its threads share.

/** Arguments of the job: 8 bytes each. */
const ARGS: usize = 256;

export function arg(i: i32): usize {
  return <usize>load<u32>(ARGS + ((<usize>i) << 3));
}

export function floatArg(i: i32): f64 {
  return load<f64>(ARGS + ((<usize>i) << 3));
}

/** First item of a thread's share of `count` items; the share ends where the next thread's begins. */
export function shareStart(count: i32, thread: i32, threads: i32): i32 {
  return <i32>((<i64>count * thread) / threads);
}
