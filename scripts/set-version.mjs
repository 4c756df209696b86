/**
 * Writes the version of packages/core/package.json into its source, which artifacts carry. `npm run version` calls it
 * after changesets; with `--check` it only fails where the two differ.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./workspaces.mjs";

const { version } = JSON.parse(readFileSync(join(root, "packages/core/package.json"), "utf8"));
const path = join(root, "packages/core/src/version.ts");
const source = readFileSync(path, "utf8");
const wanted = source.replace(/VERSION = "[^"]*"/, `VERSION = "${version}"`);
if (process.argv.includes("--check")) {
  if (source !== wanted) {
    console.error(`${path} must say version ${version}: run node scripts/set-version.mjs`);
    process.exitCode = 1;
  }
} else writeFileSync(path, wanted);
