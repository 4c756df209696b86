import { Matrix, Random } from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import { expect, test } from "vitest";
import { alignEmbeddings, applyAlignment } from "./procrustes.js";

const random = new Random(3);
const normals = (rows: number, columns: number) =>
  new Matrix(
    rows,
    columns,
    Float64Array.from({ length: rows * columns }, () => random.normal()),
  );

test("finds a rotation with reflection and shift exactly", () => {
  const x = normals(50, 3);
  const angle = 0.7;
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  // rotation in the first two units, reflection of the third
  const turned = Matrix.fromRows(
    x.toRows().map(([a, b, z]) => [c * a - s * b + 4, s * a + c * b - 1, -z + 2]),
  );
  assertClose(applyAlignment(x, alignEmbeddings(x, turned)).data, turned.data, { absolute: 1e-12 });
});

test("keeps distances: the map is orthogonal even where no exact one exists", () => {
  const { rotation } = alignEmbeddings(normals(40, 4), normals(40, 4));
  for (let j = 0; j < 4; j++) {
    for (let k = 0; k < 4; k++) {
      const dot = rotation.column(j).reduce((sum, value, i) => sum + value * rotation.at(i, k), 0);
      expect(dot).toBeCloseTo(j === k ? 1 : 0, 10);
    }
  }
});

test("survives units that are always zero, as dead activations are", () => {
  const x = normals(30, 3);
  for (let i = 0; i < x.rows; i++) x.row(i)[1] = 0;
  assertClose(applyAlignment(x, alignEmbeddings(x, x)).data, x.data, { absolute: 1e-12 });
});
