import { type DatasetSchema, denseNames, listNames, ParamError } from "@strata-ml/core";
import type { BoostingParams } from "./boosting-params.js";

/** What params forbid of features, by their number. */
export class FeatureConstraints {
  /** 1, -1 or 0 a feature. */
  readonly monotone: Int8Array;
  /** Sets of features that may share a path; none: all may. */
  private readonly sets: readonly Uint8Array[];

  /**
   * @throws ParamError for a name that is no feature, or a monotonic constraint on a category.
   */
  constructor(owner: string, params: BoostingParams, schema: DatasetSchema) {
    const names = denseNames(schema);
    const place = (param: string, name: string): number => {
      const at = names.indexOf(name);
      if (at < 0)
        throw new ParamError(
          owner,
          `${param} must name features (${listNames(names, 20)}), received "${name}"`,
        );
      return at;
    };
    this.monotone = new Int8Array(names.length);
    for (const [name, sign] of Object.entries(params.monotonicConstraints)) {
      const at = place("monotonicConstraints", name);
      if (sign !== 0 && schema.some((column) => column.name === name && column.kind === "categorical"))
        throw new ParamError(owner, `monotonicConstraints must name numeric features, received "${name}"`);
      this.monotone[at] = sign;
    }
    this.sets = setsOf(params.interactionConstraints, names, place);
  }

  get allSets(): readonly number[] {
    return this.sets.map((_, set) => set);
  }

  /** The sets that are left below a split by a feature. */
  below(sets: readonly number[], feature: number): readonly number[] {
    return sets.filter((set) => this.sets[set][feature] === 1);
  }

  /** 1 for the features of any of these sets; undefined where nothing is forbidden. */
  allowed(sets: readonly number[]): Uint8Array | undefined {
    if (this.sets.length === 0) return undefined;
    return this.monotone.reduce((marks, _, f) => {
      marks[f] = sets.some((set) => this.sets[set][f] === 1) ? 1 : 0;
      return marks;
    }, new Uint8Array(this.monotone.length));
  }
}

/** The given sets, and one more of the features that are in none. */
function setsOf(
  given: BoostingParams["interactionConstraints"],
  names: readonly string[],
  place: (param: string, name: string) => number,
): Uint8Array[] {
  if (given === null) return [];
  const sets = given.map((members) => {
    const marks = new Uint8Array(names.length);
    for (const name of members) marks[place("interactionConstraints", name)] = 1;
    return marks;
  });
  const rest = Uint8Array.from(names, (_, f) => (sets.some((marks) => marks[f] === 1) ? 0 : 1));
  return rest.includes(1) ? [...sets, rest] : sets;
}
