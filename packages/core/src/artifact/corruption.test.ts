import { describe, expect, test } from "vitest";
import { ArtifactError } from "../errors.js";
import { Random } from "../random.js";
import { decodeArtifact, encodeArtifact } from "./artifact.js";
import { type ArtifactFolder, decodeArtifactFolder, encodeArtifactFolder } from "./artifact-folder.js";
import { type BagModel, bagRegistry, sampleModel } from "./fixtures/bag.js";

/** Ways in which a file goes wrong: on a disk, in transit, in an editor. */
const damages: Readonly<Record<string, (bytes: Uint8Array, random: Random) => Uint8Array>> = {
  bitFlip: (bytes, random) => {
    const out = bytes.slice();
    out[random.integer(out.length)] ^= 1 << random.integer(8);
    return out;
  },
  byte: (bytes, random) => {
    const out = bytes.slice();
    out[random.integer(out.length)] = random.integer(256);
    return out;
  },
  truncation: (bytes, random) => bytes.slice(0, random.integer(bytes.length)),
  insertion: (bytes, random) => {
    const at = random.integer(bytes.length + 1);
    const more = Uint8Array.from({ length: 1 + random.integer(9) }, () => random.integer(256));
    return Uint8Array.of(...bytes.subarray(0, at), ...more, ...bytes.subarray(at));
  },
  deletion: (bytes, random) => {
    const at = random.integer(bytes.length);
    return Uint8Array.of(...bytes.subarray(0, at), ...bytes.subarray(at + 1 + random.integer(9)));
  },
  swap: (bytes, random) => {
    const out = bytes.slice();
    const [a, b] = [random.integer(out.length), random.integer(out.length)];
    [out[a], out[b]] = [out[b], out[a]];
    return out;
  },
  neighbours: (bytes, random) => {
    const out = bytes.slice();
    const at = random.integer(out.length - 3);
    // Two apart too, as the sizes in "[2,3]" are.
    const other = at + 1 + random.integer(2);
    [out[at], out[other]] = [out[other], out[at]];
    return out;
  },
  zeros: (bytes, random) => {
    const out = bytes.slice();
    const at = random.integer(out.length);
    return out.fill(0, at, at + 1 + random.integer(64));
  },
  space: (bytes, random) => {
    const at = random.integer(bytes.length + 1);
    return Uint8Array.of(...bytes.subarray(0, at), 32, ...bytes.subarray(at));
  },
  digit: (bytes, random) => {
    const digits = [...bytes.keys()].filter((at) => bytes[at] >= 48 && bytes[at] <= 57);
    const out = bytes.slice();
    out[random.choice(digits)] = 48 + random.integer(10);
    return out;
  },
};

const same = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);

/** So many damaged copies, every one different from the original. */
function* damaged(bytes: Uint8Array, count: number, seed: number): Generator<[string, Uint8Array]> {
  const random = new Random(seed);
  const names = Object.keys(damages);
  for (let made = 0; made < count; ) {
    const name = names[made % names.length];
    const copy = damages[name](bytes, random);
    if (same(copy, bytes)) continue;
    made++;
    yield [name, copy];
  }
}

async function requireRefusal(what: string, read: () => Promise<unknown>): Promise<void> {
  const outcome: unknown = await read().then(
    () => "accepted",
    (error: unknown) => error,
  );
  expect(outcome, what).toBeInstanceOf(ArtifactError);
}

describe("every damaged artifact is refused with an ArtifactError", () => {
  test("1,000 corruptions of one file", async () => {
    const bytes = await encodeArtifact(sampleModel(), bagRegistry);
    for (const [name, copy] of damaged(bytes, 1000, 1))
      await requireRefusal(name, () => decodeArtifact(copy, bagRegistry));
  });

  test("1,000 corruptions of the header of one file, where sizes and types are", async () => {
    const bytes = await encodeArtifact(sampleModel(), bagRegistry);
    const end = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));
    for (const [name, head] of damaged(bytes.slice(0, end), 1000, 2)) {
      const copy = Uint8Array.of(...head, ...bytes.subarray(end));
      await requireRefusal(name, () => decodeArtifact(copy, bagRegistry));
    }
  });

  test("1,000 corruptions of each file of a folder", async () => {
    const folder = await encodeArtifactFolder(sampleModel(), bagRegistry);
    for (const part of ["manifest", "tensors"] satisfies (keyof ArtifactFolder)[]) {
      for (const [name, copy] of damaged(folder[part], 1000, 3))
        await requireRefusal(`${part}: ${name}`, () =>
          decodeArtifactFolder({ ...folder, [part]: copy }, bagRegistry),
        );
    }
  });

  test("every single bit", async () => {
    const small = (sampleModel().children.middle as BagModel).children.leaf;
    const bytes = await encodeArtifact(small, bagRegistry);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      bytes[bit >> 3] ^= 1 << (bit & 7);
      await requireRefusal(`bit ${bit}`, () => decodeArtifact(bytes, bagRegistry));
      bytes[bit >> 3] ^= 1 << (bit & 7);
    }
  });
});
