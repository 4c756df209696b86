import { spawnSync } from "node:child_process";

/**
 * Runs commands one after another and prints a line for each; the output of one that fails is shown whole.
 * @param {readonly { name: string, command: readonly string[], cwd?: string }[]} steps
 * @returns {{ passed: number, failed: number }}
 */
export function runSteps(steps) {
  let failed = 0;
  for (const { name, command, cwd } of steps) {
    const [program, ...args] = command;
    const { status, stdout, stderr, error } = spawnSync(program, args, {
      cwd,
      encoding: "utf8",
      maxBuffer: 2 ** 28,
    });
    if (status === 0) console.log(`ok    ${name}`);
    else {
      failed++;
      console.log(`FAIL  ${name}\n${stdout ?? ""}${stderr ?? ""}${error ?? ""}`);
    }
  }
  return { passed: steps.length - failed, failed };
}
