// The project's test command: build, checks, every package's tests, and one last line that counts them all.
// --tests-only leaves the checks out: what a second Node version needs.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { checks } from "./check.mjs";
import { runSteps } from "./run-steps.mjs";
import { root, workspaces } from "./workspaces.mjs";

const testsOnly = process.argv.includes("--tests-only");
const turbo = (...args) =>
  spawnSync(join(root, "node_modules/.bin/turbo"), ["run", ...args, "--no-update-notifier"], {
    cwd: root,
    stdio: "inherit",
  }).status ?? 1;

console.log(`node ${process.version}`);
let passed = 0;
let failed = 0;
const count = (result) => {
  passed += result.passed;
  failed += result.failed;
};

if (turbo("build", "--output-logs=errors-only") !== 0) {
  console.log("0 passed, 1 failed");
  process.exit(1);
}
if (!testsOnly) count(runSteps(checks));

const reports = workspaces().map(({ folder }) => join(folder, ".vitest/report.json"));
for (const report of reports) rmSync(report, { force: true });
// One package at a time: vitest already uses every core.
const status = turbo("test", "--concurrency=1", "--continue", "--output-logs=new-only");
for (const report of reports) {
  if (!existsSync(report)) {
    console.log(`FAIL  no report ${report.slice(root.length + 1)}`);
    failed++;
    continue;
  }
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, "utf8"));
  // A file that fails to load counts as one failure: it has no tests to count.
  const broken = testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.length === 0,
  ).length;
  count({ passed: numPassedTests, failed: numFailedTests + broken });
}
if (status !== 0 && failed === 0) failed = 1;
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
