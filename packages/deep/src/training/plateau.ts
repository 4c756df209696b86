import type { Schedule } from "./schedules.js";

/** What {@link Plateau} remembers from epoch to epoch. */
export interface PlateauState {
  /** The rate itself, reduced. */
  readonly rate: number;
  readonly lowest: number;
  readonly waited: number;
  readonly cooling: number;
}

/** The learning rate before the first epoch. */
export function plateauStart(rate: number): PlateauState {
  return { rate, lowest: Number.POSITIVE_INFINITY, waited: 0, cooling: 0 };
}

/** The state after an epoch of this cost (the loss, or what is monitored): the rate is reduced where it has not fallen for too long (Keras's ReduceLROnPlateau). */
export function plateauStep(
  { factor, patience, minDelta, cooldown, minRate }: Extract<Schedule, { name: "reduceOnPlateau" }>,
  state: PlateauState,
  cost: number,
): PlateauState {
  const cooling = Math.max(0, state.cooling - 1);
  const waited = state.cooling > 0 ? 0 : state.waited;
  if (cost < state.lowest - minDelta) return { ...state, lowest: cost, waited: 0, cooling };
  if (cooling > 0) return { ...state, waited, cooling };
  if (waited + 1 < patience || state.rate <= minRate) return { ...state, waited: waited + 1, cooling };
  return { ...state, rate: Math.max(minRate, state.rate * factor), waited: 0, cooling: cooldown };
}
