// Everything that `npm run check` checks besides the tests. The build must be there.
import { runSteps } from "./run-steps.mjs";
import { publicPackages, root } from "./workspaces.mjs";

const bin = (name) => `node_modules/.bin/${name}`;

export const checks = [
  { name: "lock file", command: [process.execPath, "scripts/complete-lock.mjs", "--check"] },
  { name: "version", command: [process.execPath, "scripts/set-version.mjs", "--check"] },
  { name: "format", command: [bin("biome"), "format", "."] },
  { name: "lint", command: [bin("oxlint"), "--type-aware", "--deny-warnings"] },
  { name: "types", command: [bin("tsc"), "-b", "tsconfig.json"] },
  { name: "import boundaries", command: [bin("turbo"), "boundaries", "--no-update-notifier"] },
  { name: "dead exports and dependencies", command: [bin("knip")] },
  { name: "public API", command: [process.execPath, "scripts/public-api.mjs"] },
  { name: "examples", command: [process.execPath, "scripts/check-examples.mjs"] },
  ...publicPackages().flatMap(({ folder, manifest }) => [
    { name: `package ${manifest.name}`, command: [bin("publint"), folder, "--strict"] },
    { name: `types of ${manifest.name}`, command: [bin("attw"), "--pack", folder, "--profile", "esm-only"] },
  ]),
].map((step) => ({ ...step, cwd: root }));

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const { passed, failed } = runSteps(checks);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}
