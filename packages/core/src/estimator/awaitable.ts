import type { Awaitable } from "./capabilities.js";

/** `next(value)` at once where the value is there, as a promise where it is one: what is synchronous stays so. */
export function chain<T, U>(value: Awaitable<T>, next: (value: T) => Awaitable<U>): Awaitable<U> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** All values of a list: at once where none is a promise. */
export function gatherAll<T>(values: readonly Awaitable<T>[]): Awaitable<T[]> {
  return values.some((value) => value instanceof Promise) ? Promise.all(values) : (values as T[]);
}
