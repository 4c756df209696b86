import { z } from "zod";
import type { Dataset } from "../../dataset/dataset.js";
import { requireGroups, rowGroups } from "./row-groups.js";
import { ConfiguredSplitter, type Split, splitsOfFolds } from "./splitter.js";

const params = z.strictObject({});

/**
 * One split a group (the column with the group role), which is its test part; in ascending order of the groups.
 *
 * @throws DataError from `split` where there is no group column, or fewer than 2 groups.
 * @example
 * const data = fromColumns({ x: [1, 2, 3], country: ["NL", "DE", "NL"] });
 * new LeaveOneGroupOut().split(data.withRoles({ group: "country" })); // 2 splits
 */
export class LeaveOneGroupOut extends ConfiguredSplitter<typeof params> {
  readonly type = "leaveOneGroupOut";

  constructor(input?: z.input<typeof params>) {
    super(params, input);
  }

  split(data: Dataset): Split[] {
    const groups = rowGroups(this.owner, data);
    requireGroups(this.owner, groups, 2);
    return splitsOfFolds(groups.codes, groups.count);
  }
}
