import { ArtifactError, describe } from "../../errors.js";
import { DelayedLabelSplit } from "./delayed-label-split.js";
import { GroupKFold } from "./group-k-fold.js";
import { KFold } from "./k-fold.js";
import { LeaveOneGroupOut } from "./leave-one-group-out.js";
import { GroupShuffleSplit, ShuffleSplit, StratifiedShuffleSplit } from "./shuffle-split.js";
import type { ConfiguredSplitter, SplitterJson } from "./splitter.js";
import { StratifiedGroupKFold } from "./stratified-group-k-fold.js";
import { StratifiedKFold } from "./stratified-k-fold.js";
import { TimeSeriesSplit } from "./time-series-split.js";

/** Every splitter of the library; each constructor checks its params. */
const splitters: Readonly<Record<string, new (params: never) => ConfiguredSplitter>> = {
  kFold: KFold,
  stratifiedKFold: StratifiedKFold,
  groupKFold: GroupKFold,
  stratifiedGroupKFold: StratifiedGroupKFold,
  leaveOneGroupOut: LeaveOneGroupOut,
  shuffleSplit: ShuffleSplit,
  stratifiedShuffleSplit: StratifiedShuffleSplit,
  groupShuffleSplit: GroupShuffleSplit,
  timeSeriesSplit: TimeSeriesSplit,
  delayedLabelSplit: DelayedLabelSplit,
};

/** The splitter of what its `toJSON` gave. Throws {@link ArtifactError} for a type that the library does not have. */
export function restoreSplitter({ type, params }: SplitterJson): ConfiguredSplitter {
  if (!Object.hasOwn(splitters, type))
    throw new ArtifactError(
      "splitter",
      `type must be one of ${Object.keys(splitters).join(", ")}, received ${describe(type)}`,
    );
  return new splitters[type](params as never);
}
