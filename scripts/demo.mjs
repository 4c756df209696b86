// `npm run demo -- ...`: builds what is not built yet, then runs the fraud demo with the user's arguments.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "./workspaces.mjs";

const run = (program, args, stdio) => spawnSync(program, args, { cwd: root, stdio, encoding: "utf8" });

const build = run(
  join(root, "node_modules/.bin/turbo"),
  ["run", "build", "--output-logs=errors-only", "--no-update-notifier"],
  "pipe",
);
if (build.status !== 0) {
  console.error(`${build.stdout ?? ""}${build.stderr ?? ""}${build.error ?? ""}`);
  process.exit(build.status ?? 1);
}
const demo = spawnSync(
  process.execPath,
  [join(root, "apps/fraud-demo/dist/main.js"), ...process.argv.slice(2)],
  {
    stdio: "inherit",
  },
);
process.exitCode = demo.status ?? 1;
