import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";

test("the README's example runs, and each rung says what it is worth", () => {
  const readme = readFileSync(new URL("../../../README.md", import.meta.url), "utf8");
  const [, example] = readme.match(/```js\n([\s\S]*?)```/) ?? [];
  // Inside this package, so that its imports are found.
  const folder = new URL("../.vitest/", import.meta.url);
  mkdirSync(folder, { recursive: true });
  const file = new URL("readme-example.mjs", folder);
  writeFileSync(file, example);
  const lines = execFileSync(process.execPath, [file.pathname], { encoding: "utf8" }).trim().split("\n");
  expect(lines.map((line) => line.replace(/ \d\.\d\d$/, ""))).toEqual([
    "dummy",
    "logistic regression",
    "boosting",
    "hybrid",
    "deep",
    expect.stringMatching(/^Use /),
  ]);
});
