import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Every workspace: its folder and its package.json. */
export function workspaces() {
  return ["packages", "apps"].flatMap((group) =>
    readdirSync(join(root, group)).map((name) => {
      const folder = join(root, group, name);
      return { folder, manifest: JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) };
    }),
  );
}

/** The workspaces that are published. */
export function publicPackages() {
  return workspaces().filter(({ manifest }) => !manifest.private);
}
