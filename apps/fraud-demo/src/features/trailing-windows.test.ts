import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TrailingWindows } from "./trailing-windows.js";

interface Entry {
  time: number;
  value: number;
}

/** The definition, without any state: sums over (t - delay - window, t - delay] of what was pushed. */
function bruteForce(entries: readonly Entry[], now: number, delay: number, window: number): [number, number] {
  const inside = entries.filter(({ time }) => time > now - delay - window && time <= now - delay);
  return [inside.length, inside.reduce((sum, { value }) => sum + value, 0)];
}

const steps = fc.array(
  fc.record({ gap: fc.integer({ min: 0, max: 6 }), value: fc.integer({ min: -9, max: 9 }) }),
  {
    maxLength: 120,
  },
);

describe("TrailingWindows", () => {
  it("agrees with its definition", () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 0, max: 8 }), (sequence, delay) => {
        const sizes = [1, 5, 20];
        const windows = new TrailingWindows({ windows: sizes, delay });
        const entries: Entry[] = [];
        let now = 0;
        for (const { gap, value } of sequence) {
          now += gap;
          windows.push(now, entries.length, [value]);
          windows.advance(now);
          entries.push({ time: now, value });
          sizes.forEach((size, w) => {
            expect([windows.count(w), windows.sum(w)]).toEqual(bruteForce(entries, now, delay, size));
          });
        }
      }),
    );
  });

  it("gives the same sums whether a value is known at once or amended later", () => {
    fc.assert(
      fc.property(
        steps,
        fc.array(fc.nat(), { maxLength: 20 }),
        fc.integer({ min: 0, max: 8 }),
        (sequence, amended, delay) => {
          const options = { windows: [4, 15], delay };
          const later = new TrailingWindows(options);
          const entries: Entry[] = [];
          let now = 0;
          for (const { gap, value } of sequence) {
            now += gap;
            later.push(now, entries.length, [value]);
            later.advance(now);
            entries.push({ time: now, value });
          }
          for (const at of amended) {
            if (entries.length === 0) break;
            const key = at % entries.length;
            // What the windows have forgotten stays forgotten.
            const kept = entries[key].time > now - delay - 15;
            if (later.amend(entries[key].time, key, 0, 100 + at)) entries[key].value = 100 + at;
            else expect(kept).toBe(false);
          }
          [4, 15].forEach((size, w) => {
            expect([later.count(w), later.sum(w)]).toEqual(bruteForce(entries, now, delay, size));
          });
        },
      ),
    );
  });

  it("leaves out what lies exactly one window back, and takes in what happens now", () => {
    const windows = new TrailingWindows({ windows: [10] });
    windows.push(0, 0, [1]);
    windows.push(10, 1, [2]);
    windows.advance(10);
    expect([windows.count(0), windows.sum(0)]).toEqual([1, 2]);
  });

  it("shows the newest settled records, oldest last", () => {
    const windows = new TrailingWindows({ windows: [100], delay: 5, width: 2 });
    for (const time of [0, 10, 20, 30]) windows.push(time, time, [time, -time]);
    windows.advance(30);
    expect(windows.newest(2)).toBe(2);
    expect([windows.timeAt(1), windows.valueAt(1, 1), windows.timeAt(2)]).toEqual([20, -20, 10]);
    expect(windows.newest(9)).toBe(3);
  });

  it("does not amend what it does not know", () => {
    const windows = new TrailingWindows({ windows: [10] });
    windows.push(0, 7, [1]);
    expect(windows.amend(0, 8, 0, 5)).toBe(false);
    expect(windows.amend(1, 7, 0, 5)).toBe(false);
    windows.advance(0);
    expect(windows.sum(0)).toBe(1);
  });
});
