import { NotSupportedError } from "../../errors.js";
import { requireDataset } from "../../guard.js";
import type { Column } from "../column.js";
import type { Dataset } from "../dataset.js";

/**
 * A dataset as CSV text with a header: numbers with all their digits, timestamps in ISO 8601, missing values as empty cells.
 * `readCsv` gives it back, but for empty strings, which come back as missing, and fractions of a millisecond.
 *
 * @throws NotSupportedError for a column of a kind that no cell can hold (sequence, tensor, sparse).
 * @example
 * toCsv(fromColumns({ amount: [12.5], note: text(["rent, June"]) })); // 'amount,note\n12.5,"rent, June"\n'
 */
export function toCsv(data: Dataset): string {
  requireDataset("toCsv", data);
  const cells = data.names.map((name) => cellsOf(name, data.column(name)));
  const lines = [data.names.map(quoted).join(",")];
  for (let row = 0; row < data.rows; row++) {
    const line = cells.map((cell) => cell(row)).join(",");
    lines.push(line === "" ? '""' : line); // a blank line would be skipped
  }
  return `${lines.join("\n")}\n`;
}

function cellsOf(name: string, column: Column): (row: number) => string {
  switch (column.kind) {
    case "numeric":
      return (row) => (Number.isNaN(column.values[row]) ? "" : numberText(column.values[row]));
    case "timestamp":
      return (row) => (Number.isNaN(column.values[row]) ? "" : new Date(column.values[row]).toISOString());
    case "categorical": {
      const words = column.categories.map(quoted);
      return (row) => (column.codes[row] < 0 ? "" : words[column.codes[row]]);
    }
    case "text":
      return (row) => quoted(column.values[row] ?? "");
    default:
      throw new NotSupportedError(
        "toCsv",
        `column '${name}' must be numeric, categorical, text or timestamp, received ${column.kind}`,
      );
  }
}

/** `String` writes large whole numbers with zeros for their last digits, which `readCsv` must take for another integer. */
function numberText(value: number): string {
  if (Object.is(value, -0)) return "-0";
  const large = Math.abs(value) > Number.MAX_SAFE_INTEGER && Math.abs(value) < 1e21;
  return large ? String(BigInt(value)) : String(value);
}

const quoted = (value: string): string =>
  /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
