import type { Random } from "@strata-ml/core";

/** The random numbers of a layer in a step, for each of its parts; those of the first replica are those of a step on one thread. */
export function stepRandom(
  random: Random,
  step: number,
  replica = 0,
): (layer: string, part: number) => Random {
  return (layer, part) => {
    const place = replica > 0 ? `${step}.${part}@${replica}` : part > 0 ? `${step}.${part}` : step;
    return random.fork(`step/${place}/${layer}`);
  };
}
