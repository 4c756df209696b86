import { type Column, type Dataset, DataError, describe } from "@strata-ml/core";

/** The transformed features of one of several transformers. */
export interface NamedOutput {
  readonly name: string;
  readonly data: Dataset;
}

/**
 * The features of several outputs side by side on `data`'s other columns. With `prefix` each is called `<name>.<feature>`,
 * names inside of a block likewise.
 *
 * @throws DataError where two features get the same name, or an output has another number of rows.
 */
export function joinOutputs(
  owner: string,
  data: Dataset,
  outputs: readonly NamedOutput[],
  prefix: boolean,
): Dataset {
  const joined = new Map<string, Column>();
  for (const { name, data: output } of outputs) {
    if (output.rows !== data.rows) {
      throw new DataError(
        owner,
        `'${name}' must keep all ${data.rows} rows, received ${output.rows} from it`,
      );
    }
    for (const feature of output.namesOf("feature")) {
      const key = prefix ? `${name}.${feature}` : feature;
      if (joined.has(key)) {
        throw new DataError(
          owner,
          `names of features must differ from each other, received ${describe(key)} twice (set verboseFeatureNames)`,
        );
      }
      const column = output.column(feature);
      joined.set(key, prefix ? prefixed(name, column) : column);
    }
  }
  return data.withFeatures(Object.fromEntries(joined));
}

function prefixed(name: string, column: Column): Column {
  const named = (column.kind === "tensor" || column.kind === "sparse") && column.names !== undefined;
  return named ? { ...column, names: column.names.map((inner) => `${name}.${inner}`) } : column;
}
