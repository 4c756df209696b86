import { FitRun, Random } from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import * as fc from "fast-check";
import { describe, it } from "vitest";
import { orthonormalize } from "./orthonormalize.js";
import { combine, dot, normalVectors, type Vectors } from "./vectors.js";

const run = new FitRun("test");

function expectOrthonormal(vectors: Vectors): void {
  vectors.forEach((a, i) =>
    vectors.forEach((b, j) => assertClose([dot(a, b)], [i === j ? 1 : 0], { absolute: 1e-13 })),
  );
}

describe("orthonormalize", () => {
  it("factors any vectors, dependent ones too", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 0, max: 3 }),
        fc.integer({ min: 0, max: 5 }),
        fc.integer(),
        async (count, repeats, zeros, seed) => {
          const random = new Random(seed);
          const length = count + repeats + zeros + 2;
          const vectors = normalVectors(count, length, random);
          for (let r = 0; r < repeats; r++) vectors.push(vectors[r % count].map((value) => (r + 2) * value));
          for (let z = 0; z < zeros; z++) vectors.push(new Float64Array(length));
          const before = vectors.map((vector) => vector.slice());
          const { among } = await orthonormalize(vectors, [], random, run);
          expectOrthonormal(vectors);
          combine(vectors, among, vectors.length).forEach((vector, c) =>
            assertClose(vector, before[c], { absolute: 1e-12 }),
          );
        },
      ),
    );
  });

  it("keeps nearly dependent vectors orthogonal to rounding", async () => {
    const [base] = normalVectors(1, 50, new Random(1));
    const near = Array.from({ length: 4 }, (_, c) =>
      base.map((value, i) => value + 1e-12 * Math.cos(i * (c + 1))),
    );
    const before = near.map((vector) => vector.slice());
    const { among } = await orthonormalize(near, [], new Random(2), run);
    expectOrthonormal(near);
    combine(near, among, 4).forEach((vector, c) => assertClose(vector, before[c], { absolute: 1e-13 }));
  });

  it("is orthogonal to the basis given, and says by what", async () => {
    const random = new Random(3);
    const basis = normalVectors(3, 20, random);
    await orthonormalize(basis, [], random, run);
    const vectors = normalVectors(2, 20, random);
    const [first] = vectors.map((vector) => vector.slice());
    const { before, among } = await orthonormalize(vectors, basis, random, run);
    expectOrthonormal([...basis, ...vectors]);
    const [whole] = combine(basis, before, 1);
    const [rest] = combine(vectors, among, 1);
    assertClose(
      whole.map((value, i) => value + rest[i]),
      first,
      { absolute: 1e-13 },
    );
  });
});
