import type { CategorySet } from "./category-set.js";
import type { FeatureCategories } from "./encoded-state.js";
import { type GroupedCategory, groupedCategories, labelOf } from "./grouped-category.js";
import { groupCategories } from "./infrequent.js";

/** Where the categories of one feature go among the outputs. */
export interface OneHotFeature {
  readonly name: string;
  readonly set: CategorySet;
  /** Output of each category; -1 is dropped. */
  readonly placeOf: Int32Array;
  /** Output of an unknown category; -1 is none. */
  readonly unknownPlace: number;
  /** Whether categories unseen in fit are refused. */
  readonly knownOnly: boolean;
  /** First output. */
  readonly start: number;
  /** What each output stands for, from `start`. */
  readonly labels: readonly string[];
  /** The category, or infrequent group, of each output. */
  readonly sources: readonly GroupedCategory[];
  /** The category, or infrequent group, that was left out. */
  readonly dropped: GroupedCategory | undefined;
}

interface LayoutParams {
  readonly drop: "first" | "ifBinary" | null;
  readonly handleUnknown: "error" | "ignore" | "infrequent";
}

/** The layout of one feature, its outputs from `start`. */
export function oneHotFeature(
  name: string,
  { set, infrequent }: FeatureCategories,
  { drop, handleUnknown }: LayoutParams,
  start: number,
): OneHotFeature {
  const grouping = groupCategories(set.values.length, infrequent);
  const { groupOf, groups, infrequentGroup: rare } = grouping;
  const dropped = drop === "first" || (drop === "ifBinary" && groups === 2) ? 0 : -1;
  const place = (group: number): number =>
    group === dropped ? -1 : start + group - (dropped >= 0 && group > dropped ? 1 : 0);
  const sources = groupedCategories(set.values, grouping);
  const kept = sources.filter((_, group) => group !== dropped);
  return {
    name,
    set,
    placeOf: groupOf.map(place),
    unknownPlace: handleUnknown === "infrequent" && rare >= 0 ? place(rare) : -1,
    knownOnly: handleUnknown === "error",
    start,
    labels: kept.map(labelOf),
    sources: kept,
    dropped: dropped < 0 ? undefined : sources[dropped],
  };
}
