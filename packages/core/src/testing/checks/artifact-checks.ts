import { decodeArtifact, encodeArtifact } from "../../artifact/artifact.js";
import { Registry } from "../../artifact/registry.js";
import type { TensorData } from "../../artifact/safetensors.js";
import { ArtifactError, StrataError } from "../../errors.js";
import { canCluster } from "../../estimator/capabilities.js";
import { Random } from "../../random.js";
import type { CheckGroup } from "../check.js";
import type { CheckContext } from "../check-context.js";
import { ensureSame } from "../compare.js";
import { misfitArtifacts } from "../misfit-artifacts.js";
import { observe } from "../observe.js";
import { ensureRefused } from "../refusal.js";
import { sameJson } from "../same-json.js";
import { ensure } from "../unmet.js";

async function encoded(context: CheckContext): Promise<Uint8Array<ArrayBuffer>> {
  const { model } = await context.fitted();
  return encodeArtifact(model, context.settings.registry!);
}

async function artifactRoundTrip(context: CheckContext): Promise<void> {
  const { model, test, observed } = await context.fitted();
  const restored = await decodeArtifact(await encoded(context), context.settings.registry!);
  ensure(restored.constructor === model.constructor, "the restored model must be of the same class");
  ensure(sameJson(restored.estimator, model.estimator), "the restored model must have the same estimator");
  ensure(sameJson(restored.features, model.features), "the restored model must have the same features");
  ensureSame("the restored model", await observe(restored, test.data), observed);
  if (canCluster(model)) {
    ensure(
      canCluster(restored) &&
        sameJson(restored.labels, model.labels) &&
        restored.nClusters === model.nClusters,
      "the restored model must have the same labels and nClusters",
    );
  }
}

async function artifactStable(context: CheckContext): Promise<void> {
  const registry = context.settings.registry!;
  const bytes = await encoded(context);
  const again = await encodeArtifact(await decodeArtifact(bytes, registry), registry);
  const differ = bytes.findIndex((byte, at) => byte !== again[at]);
  ensure(
    bytes.length === again.length && differ < 0,
    `a restored model must be encoded to the same ${bytes.length} bytes, received ${again.length}, other ones from ${differ}`,
  );
}

function withByte(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const longer = new Uint8Array(bytes.length + 1);
  longer.set(bytes);
  return longer;
}

async function corruptArtifactRefused(context: CheckContext): Promise<void> {
  const registry = context.settings.registry!;
  const bytes = await encoded(context);
  const random = new Random(14);
  for (let i = 0; i < 20; i++) {
    const at = random.integer(bytes.length);
    let damaged = bytes.slice();
    let how = `byte ${at} changed`;
    if (i % 5 === 3) [damaged, how] = [bytes.slice(0, at), `only ${at} of ${bytes.length} bytes`];
    else if (i % 5 === 4) [damaged, how] = [withByte(bytes), "a byte too many"];
    else damaged[at] ^= 1 << random.integer(8);
    await ensureRefused(`an artifact with ${how}`, () => decodeArtifact(damaged, registry), {
      error: ArtifactError,
    });
  }
}

async function foreignArtifactRefused(context: CheckContext): Promise<void> {
  const bytes = await encoded(context);
  const empty = new Registry([]);
  const { type } = context.estimator;
  await ensureRefused("an artifact of a type outside the registry", () => decodeArtifact(bytes, empty), {
    error: ArtifactError,
    mentions: [type],
  });
  const { registry } = context.settings;
  const foreign = new TextEncoder().encode('{"model": "of another library"}');
  await ensureRefused("a file of another format", () => decodeArtifact(foreign, registry!), {
    error: ArtifactError,
  });
  const { params } = JSON.parse(JSON.stringify(context.estimator)) as { readonly params: object };
  const json = { type, params: { ...params, noSuchParam: 1 } };
  await ensureRefused("params in JSON that don't exist", () => registry!.estimator(json), {
    mentions: ["noSuchParam"],
    error: StrataError,
  });
}

/** Hashes don't protect from who writes them: decode itself must see that parts don't belong together. */
async function misfitArtifactRefused(context: CheckContext): Promise<void> {
  const registry = context.settings.registry!;
  const { model } = await context.fitted();
  // As many labels as fit had rows: nothing else in an artifact says how many those were.
  const labels = canCluster(model) ? model.labels : undefined;
  const anyLength = (data: TensorData): boolean =>
    data.length === labels?.length && labels.every((label, i) => label === data[i]);
  for (const { what, bytes } of await misfitArtifacts(model, registry, anyLength))
    await ensureRefused(`an artifact with ${what}`, () => decodeArtifact(bytes, registry), {
      error: ArtifactError,
    });
}

const unless = ({ settings }: CheckContext): string | undefined =>
  settings.registry === undefined ? "no registry was given" : undefined;

export const artifactChecks = {
  artifactRoundTrip: {
    about: "A restored model gives the same bits in everything that it can do.",
    unless,
    run: artifactRoundTrip,
  },
  artifactStable: { about: "A restored model is encoded to the same bytes.", unless, run: artifactStable },
  corruptArtifactRefused: {
    about: "Twenty damaged artifacts are each refused with an ArtifactError.",
    unless,
    run: corruptArtifactRefused,
  },
  foreignArtifactRefused: {
    about: "Types outside the registry, other formats and unknown params are refused by name.",
    unless,
    run: foreignArtifactRefused,
  },
  misfitArtifactRefused: {
    about: "A well-formed artifact with a tensor absent, cut short or of another type is refused.",
    unless,
    run: misfitArtifactRefused,
  },
} as const satisfies CheckGroup;
