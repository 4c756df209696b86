/** The gain of a rung over the one below, with its interval. */
export interface Gain {
  readonly difference: number;
  readonly lower: number;
  readonly upper: number;
}

export interface JudgedRung {
  readonly name: string;
  /** Over the rung below; null for the lowest. */
  readonly ci: Gain | null;
}

const signed = (value: number): string => `${value < 0 ? "-" : "+"}${Math.abs(value).toFixed(3)}`;

/** Place of the lowest rung whose successor brings no significant gain (whose interval reaches down to 0), else of the top one. */
export function chosenRung(rungs: readonly JudgedRung[]): number {
  const next = rungs.findIndex(({ ci }) => ci !== null && ci.lower <= 0);
  return next < 0 ? rungs.length - 1 : next - 1;
}

export interface VerdictContext {
  /** As the sentence calls it: `average precision`. */
  readonly metric: string;
  readonly confidence: number;
  /** The best rung above the chosen one and its gain over that, where there is one further up. */
  readonly best?: { readonly name: string; readonly gain: Gain };
}

/** The advice in words: which rung to use, what the next one brings, and whether a rung further up is better all the same. */
export function verdict(rungs: readonly JudgedRung[], { metric, confidence, best }: VerdictContext): string {
  const chosen = chosenRung(rungs);
  const { name, ci } = rungs[chosen];
  const level = `${Math.round(confidence * 100)}% interval`;
  const shown = ({ difference, lower, upper }: Gain): string =>
    `${signed(difference)}, ${level} ${signed(lower)} to ${signed(upper)}`;
  const next = rungs[chosen + 1];
  if (next === undefined) {
    if (ci === null) return `${name} is the only rung, so there is nothing to compare it with.`;
    return `Use ${name}, the top rung: every step up to it brings a significant gain in ${metric}, the last one ${shown(ci)}.`;
  }
  const gain = next.ci as Gain;
  const kind = gain.upper < 0 ? "a significant loss" : "no significant gain";
  const sentence = `Use ${name}: the next rung, ${next.name}, brings ${kind} in ${metric} (${shown(gain)}).`;
  if (best === undefined || best.gain.lower <= 0) return sentence;
  return `${sentence} Further up, ${best.name} does gain over ${name} (${shown(best.gain)}).`;
}
