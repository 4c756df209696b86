import { describe, listNames, ParamError, StrataError } from "@strata-ml/core";
import { type LoggedEpoch, type LogOptions, type TrainingLog, trainingLog } from "./training-log.js";

export interface CsvLogOptions extends LogOptions {
  /** Whether a file that is there is gone on with, as after an interruption; it is replaced otherwise. */
  readonly append?: boolean;
}

/**
 * A log of epochs as CSV: a line an epoch, its columns `epoch` and the measures that the first epoch tells. The folders above
 * the file are made. Needs Node.
 *
 * @throws ParamError for a path that is none. What can't be written is a warning, and an error of `flush`.
 * @example
 * const data = fromColumns({ x: [1, 2, 8, 9], y: [0, 0, 1, 1] }, { target: "y" });
 * const log = csvLog("fits/epochs.csv");
 * await new NeuralClassifier({ epochs: 3 }).fit(data, { onProgress: log });
 * await log.flush(); // epoch,loss,learningRate and three lines
 */
export function csvLog(path: string, { append = false, ...options }: CsvLogOptions = {}): TrainingLog {
  if (typeof append !== "boolean")
    throw new ParamError("csvLog", `append must be true or false, received ${describe(append)}`);
  let columns: readonly string[] | undefined;
  const write = async ({ epoch, measures }: LoggedEpoch): Promise<void> => {
    const { appendFile } = await import("node:fs/promises");
    const row: Readonly<Record<string, number>> = { epoch, ...measures };
    if (columns === undefined) {
      const first = Object.keys(row);
      await begin(path, first, append);
      columns = first;
    }
    requireColumns(columns, Object.keys(row));
    await appendFile(path, `${columns.map((name) => row[name] ?? "").join(",")}\n`);
  };
  return trainingLog("csvLog", path, write, options);
}

/** Writes the line of columns, or sees that the file has it. */
async function begin(path: string, columns: readonly string[], append: boolean): Promise<void> {
  const { appendFile, mkdir, writeFile } = await import("node:fs/promises");
  const { dirname } = await import("node:path");
  const header = `${columns.map(quoted).join(",")}\n`;
  const held = append ? await textOf(path) : "";
  if (held === "") {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, header);
  } else if (!held.startsWith(header))
    throw new StrataError("csvLog", `to go on with it, its first line must be ${header.trimEnd()}`);
  // A line that was cut off is ended.
  else if (!held.endsWith("\n")) await appendFile(path, "\n");
}

/** The text of a file; empty where there is none. */
async function textOf(path: string): Promise<string> {
  const { readFile } = await import("node:fs/promises");
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw cause;
  }
}

function requireColumns(columns: readonly string[], names: readonly string[]): void {
  const unknown = names.filter((name) => !columns.includes(name));
  if (unknown.length > 0)
    throw new StrataError(
      "csvLog",
      `epochs must have the measures of the first one, ${listNames(columns, 20)}, received ${listNames(unknown)} besides`,
    );
}

/** RFC 4180. */
function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
