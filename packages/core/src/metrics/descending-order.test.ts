import { fc, it } from "@fast-check/vitest";
import { expect } from "vitest";
import { descendingOrder } from "./descending-order.js";

const score = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -3, max: 3 }),
  fc.constant(-0),
);

// Both sides of the length at which the radix sort takes over.
it.prop([fc.array(score, { minLength: 0, maxLength: 60 }), fc.constantFrom(1, 40)])(
  "falls, keeps the order of ties and holds every row once",
  (values, copies) => {
    const scores = Float64Array.from(Array.from({ length: copies }, () => values).flat());
    const expected = Array.from(scores.keys()).sort((a, b) => scores[b] - scores[a] || a - b);
    expect(Array.from(descendingOrder(scores))).toEqual(expected);
  },
);
