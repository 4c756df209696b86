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

/** One sentence that names the lowest rung whose successor brings no significant gain: whose interval reaches down to 0. */
export function verdict(rungs: readonly JudgedRung[], metric: string, confidence: number): string {
  const next = rungs.findIndex(({ ci }) => ci !== null && ci.lower <= 0);
  const level = `${Math.round(confidence * 100)}% interval`;
  if (next < 0) {
    const top = rungs[rungs.length - 1];
    if (top.ci === null) return `${top.name} is the only rung, so there is nothing to compare it with.`;
    return `Use ${top.name}, the top rung: every step up to it brings a significant gain, the last one ${signed(top.ci.difference)} in ${metric} (${level} ${signed(top.ci.lower)} to ${signed(top.ci.upper)}).`;
  }
  const { name, ci } = rungs[next];
  const gain = ci as Gain;
  const kind = gain.upper < 0 ? "a significant loss" : "no significant gain";
  return `Use ${rungs[next - 1].name}: the next rung, ${name}, brings ${kind} in ${metric} (${signed(gain.difference)}, ${level} ${signed(gain.lower)} to ${signed(gain.upper)}).`;
}
