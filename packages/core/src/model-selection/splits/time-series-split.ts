import { z } from "zod";
import type { Dataset } from "../../dataset/dataset.js";
import { DataError } from "../../errors.js";
import { requireDataset } from "../../guard.js";
import { rowTimes } from "./row-times.js";
import { ConfiguredSplitter, type Split } from "./splitter.js";

const params = z.strictObject({
  nSplits: z.int().min(1).default(5).describe("Number of splits"),
  testSize: z
    .int()
    .positive()
    .nullable()
    .default(null)
    .describe("Rows in each test part; null is rows / (nSplits + 1)"),
  maxTrainSize: z
    .int()
    .positive()
    .nullable()
    .default(null)
    .describe("Most rows in a training part, the latest; null is all before"),
  gap: z.int().nonnegative().default(0).describe("Rows left out between training and test part"),
});

/**
 * Test parts one after another at the end of the data, each with what came before it as training part; as
 * scikit-learn's `TimeSeriesSplit`. Rows go by the column with the time role where there is one, else in their order.
 *
 * @throws DataError from `split` where there are too few rows, or a time is missing.
 * @example
 * const at = timestamp(Array.from({ length: 40 }, (_, day) => new Date(Date.UTC(2018, 6, 1 + day))));
 * new TimeSeriesSplit({ nSplits: 3, testSize: 5, gap: 2 }).split(fromColumns({ at }).withRoles({ time: "at" }));
 */
export class TimeSeriesSplit extends ConfiguredSplitter<typeof params> {
  readonly type = "timeSeriesSplit";

  constructor(input?: z.input<typeof params>) {
    super(params, input);
  }

  split(data: Dataset): Split[] {
    requireDataset(this.owner, data);
    const { nSplits, maxTrainSize, gap } = this.params;
    const { rows } = data;
    const testSize = this.params.testSize ?? Math.floor(rows / (nSplits + 1));
    const first = rows - nSplits * testSize;
    if (testSize < 1 || first - gap < 1)
      throw new DataError(
        this.owner,
        `there must be more than ${nSplits} x ${Math.max(testSize, 1)} test rows and a gap of ${gap}, received ${rows} rows`,
      );
    const order = Int32Array.from({ length: rows }, (_, row) => row);
    if (data.time !== undefined) {
      const times = rowTimes(this.owner, data);
      order.sort((a, b) => times[a] - times[b] || a - b);
    }
    return Array.from({ length: nSplits }, (_, i) => {
      const start = first + i * testSize;
      const end = start - gap;
      return {
        train: order.slice(maxTrainSize === null ? 0 : Math.max(0, end - maxTrainSize), end),
        test: order.slice(start, start + testSize),
      };
    });
  }
}
