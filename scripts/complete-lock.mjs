/**
 * Completes package-lock.json with the optional platform packages (other operating systems' binaries) that npm left out
 * because the registry it used doesn't serve them: `npm ci` of npm 11 refuses a lock file without them.
 *
 * `node scripts/complete-lock.mjs` writes them; with `--check` it only fails when one is missing.
 */
import { readFileSync, writeFileSync } from "node:fs";

const OS = { darwin: "darwin", windows: "win32", win32: "win32", linux: "linux" };
const OTHER_OS = ["android", "freebsd", "openharmony", "netbsd", "openbsd", "sunos", "aix"];
const CPU = {
  64: "x64",
  arm64: "arm64",
  arm: "arm",
  ia32: "ia32",
  x64: "x64",
  ppc64: "ppc64",
  riscv64: "riscv64",
  s390x: "s390x",
};

/** The entry of a platform package as npm writes it, its platform read from its name: `binding-linux-x64-musl`. */
function platformEntry(name, version, parent) {
  const parts = name.split("/").pop().split("-");
  const at = parts.findIndex((part) => part in OS || OTHER_OS.includes(part));
  const os = at < 0 ? undefined : (OS[parts[at]] ?? parts[at]);
  const cpu = at < 0 ? undefined : CPU[parts[at + 1]];
  if (os === undefined || cpu === undefined)
    throw new Error(`can't read a platform from the package name "${name}"`);
  const abi = parts[at + 2] ?? "";
  const libc =
    os !== "linux"
      ? undefined
      : abi.startsWith("musl")
        ? ["musl"]
        : abi.startsWith("gnu")
          ? ["glibc"]
          : undefined;
  return {
    version,
    cpu: [cpu],
    ...(parent.dev ? { dev: true } : {}),
    ...(libc ? { libc } : {}),
    optional: true,
    os: [os],
  };
}

const path = new URL("../package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(path, "utf8"));
const missing = new Map();
for (const parent of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    const key = `node_modules/${name}`;
    if (!(key in lock.packages)) missing.set(key, platformEntry(name, version, parent));
  }
}
if (process.argv.includes("--check")) {
  if (missing.size > 0) {
    console.error(
      `package-lock.json lacks ${missing.size} platform packages: run node scripts/complete-lock.mjs`,
    );
    process.exitCode = 1;
  }
} else {
  const sorted = Object.entries({ ...lock.packages, ...Object.fromEntries(missing) }).sort(([a], [b]) =>
    a.localeCompare(b, "en"),
  );
  lock.packages = Object.fromEntries(sorted);
  writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`${missing.size} platform packages added`);
}
