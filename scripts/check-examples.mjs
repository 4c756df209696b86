// Compiles every example against the built packages, and runs it: @example of docstrings and code in the packages' READMEs. Names that
// a package exports are imported for it; all others it declares itself. `--only TEXT` takes those of files with this text in their path.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { publicPackages, root } from "./workspaces.mjs";

/** Inside the repository, so that examples find its packages. */
const folder = join(root, "node_modules/.cache/strata-examples");
const secondsEach = 120;

/** @typedef {{ place: string, code: string }} Example */

const inDocstrings = /\/\*\*(?:(?!\*\/).)*?@example\n(.*?)\*\//gs;
const inMarkdown = /```ts\n(.*?)```/gs;

/** @returns {Example[]} every example of a file */
function examplesOf(file) {
  const source = readFileSync(file, "utf8");
  return [...source.matchAll(file.endsWith(".md") ? inMarkdown : inDocstrings)].map((match) => {
    const [text] = match[1].split(/^\s*\* @/m);
    const before = source.slice(0, match.index + match[0].indexOf(match[1]));
    return {
      place: `${relative(root, file)}:${before.split("\n").length}`,
      code: text.replaceAll(/^\s*\*(?: |$)/gm, "").trim(),
    };
  });
}

/** By name that a package exports, its import. */
function exportedNames() {
  const lists = publicPackages().map(({ folder: own }) => readFileSync(join(own, "api.txt"), "utf8"));
  return new Map(
    lists.flatMap((list) =>
      list.match(/.+/g).map((line) => {
        const [entry, name] = line.split(": ");
        return [name.replace("type ", ""), `import { ${name} } from "${entry}";`];
      }),
    ),
  );
}

/** The example as a module. Imports share its first line, so that the compiler's lines are the example's. */
function moduleOf(code, names) {
  const plain = code.replaceAll(/\/\/.*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, "");
  const declared = plain.matchAll(/\b(?:class|function\*?|const|let|import)\s+(\{[^}]*\}|\[[^\]]*\]|\w+)/g);
  const own = new Set([...declared].flatMap(([, pattern]) => pattern.match(/\w+/g)));
  const used = new Set([...plain.matchAll(/(?<!\w|(?<!\.\.)\.)([A-Za-z]\w*)/g)].map(([, name]) => name));
  const imports = [...used]
    .filter((name) => names.has(name) && !own.has(name))
    .map((name) => names.get(name));
  return `export {}; ${imports.join(" ")} ${code}\n`;
}

/** Compiles all modules; returns what the compiler says, by module. */
function compile() {
  const config = {
    extends: relative(folder, join(root, "tsconfig.base.json")),
    compilerOptions: {
      composite: false,
      declaration: false,
      noUnusedLocals: false,
      noUnusedParameters: false,
      outDir: "out",
      rootDir: ".",
    },
    include: ["*.mts"],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  const tsc = join(root, "node_modules/.bin/tsc");
  const { stdout } = spawnSync(tsc, ["-p", folder, "--pretty", "false"], { encoding: "utf8", cwd: folder });
  const problems = new Map();
  for (const [, number, text] of stdout.matchAll(/^example(\d+)\.mts\(\d+,\d+\): error TS\d+: (.+)$/gm))
    problems.set(Number(number), [...(problems.get(Number(number)) ?? []), text]);
  if (problems.size === 0 && stdout.includes("error")) throw new Error(stdout);
  return problems;
}

/** Runs a compiled module to its end; throws what it throws. */
async function run(number) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${secondsEach} s`)), 1000 * secondsEach);
  });
  const compiled = pathToFileURL(join(folder, "out", `example${number}.mjs`)).href;
  await Promise.race([import(compiled), late]).finally(() => clearTimeout(timer));
}

const { values } = parseArgs({ options: { only: { type: "string", default: "" } } });
const sources = (own) =>
  readdirSync(join(own, "src"), { recursive: true })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => join(own, "src", path));
const examples = publicPackages()
  .flatMap(({ folder: own }) => [join(own, "README.md"), ...sources(own).sort()])
  .filter((path) => path.includes(values.only))
  .flatMap(examplesOf);
const names = exportedNames();
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const [i, { code }] of examples.entries())
  writeFileSync(join(folder, `example${i}.mts`), moduleOf(code, names));
const problems = compile();
// Files that examples write go to a folder of their own; what they print is not told.
const before = process.cwd();
const scratch = mkdtempSync(join(tmpdir(), "strata-examples-"));
process.chdir(scratch);
const { log } = console;
let failed = 0;
for (const [i, { place }] of examples.entries()) {
  console.log = () => {};
  // One at a time, so that what is printed and thrown is of this example.
  // oxlint-disable-next-line eslint/no-await-in-loop
  const thrown = problems.has(i)
    ? undefined
    : await run(i).then(
        () => undefined,
        (error) => error,
      );
  console.log = log;
  const all = problems.get(i) ?? (thrown === undefined ? [] : [String(thrown)]);
  if (all.length > 0) failed++;
  for (const text of all) console.log(`${place}: ${text}`);
}
process.chdir(before);
rmSync(scratch, { recursive: true });
console.log(`${examples.length - failed} examples run, ${failed} don't`);
process.exit(failed === 0 ? 0 : 1);
