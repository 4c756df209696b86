// Compares what each package exports with the committed list api.txt; --update writes the lists.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { publicPackages, root } from "./workspaces.mjs";

/** Names that an entry file exports, from its one explicit list; `type ` before those without a value. */
function exportedNames(file) {
  const source = readFileSync(file, "utf8");
  if (/export \*/.test(source))
    throw new Error(`${relative(root, file)}: exports must be listed by name, received export *`);
  return [...source.matchAll(/export (type )?\{([^}]*)\}/g)].flatMap(([, all, list]) =>
    list
      .split(",")
      .map((name) => name.trim())
      .filter(Boolean)
      .map((name) => (all && !name.startsWith("type ") ? `type ${name}` : name)),
  );
}

let changed = 0;
for (const { folder, manifest } of publicPackages()) {
  const lines = Object.entries(manifest.exports).flatMap(([path, { types }]) => {
    const entry = join(manifest.name, path);
    return exportedNames(join(folder, types)).map((name) => `${entry}: ${name}`);
  });
  const now = `${lines.sort().join("\n")}\n`;
  const snapshot = join(folder, "api.txt");
  if (process.argv.includes("--update")) writeFileSync(snapshot, now);
  else {
    const before = existsSync(snapshot) ? readFileSync(snapshot, "utf8") : "";
    if (before === now) continue;
    changed++;
    const old = new Set(before.split("\n"));
    const fresh = new Set(now.split("\n"));
    console.log(`${manifest.name}: the public API differs from ${relative(root, snapshot)}`);
    for (const line of fresh) if (!old.has(line)) console.log(`  + ${line}`);
    for (const line of old) if (!fresh.has(line)) console.log(`  - ${line}`);
  }
}
if (changed > 0) {
  console.log("If this is meant, run `npm run api:update` and commit the lists.");
  process.exitCode = 1;
}
