import { afterEach, expect, test, vi } from "vitest";
import { withTeam } from "./lend-team.js";
import { KernelTeam } from "./team.js";

const much = 1e12;

afterEach(() => {
  vi.restoreAllMocks();
});

test("little work stays on this thread, much is shared by a team that waits for the next", async () => {
  const start = vi.spyOn(KernelTeam, "start");
  expect(
    await withTeam(
      (threads) => 1000 * threads,
      10,
      async (team) => team.threads,
      2,
    ),
  ).toBe(1);
  expect(start).not.toHaveBeenCalled();
  const first = await withTeam(
    () => 1000,
    much,
    async (team) => ({ team, at: team.allocate(64) }),
    2,
  );
  expect(first.team.threads).toBe(2);
  const second = await withTeam(
    () => 2000,
    much,
    async (team) => ({ team, at: team.allocate(64) }),
    2,
  );
  expect(second).toEqual(first);
  expect(start).toHaveBeenCalledTimes(1);
});

test("two that need a team at once get one each, and one that fails has its team ended", async () => {
  const teams = await Promise.all(
    [1, 2].map(() =>
      withTeam(
        () => 1000,
        much,
        async (team) => {
          await new Promise((resolve) => {
            setTimeout(resolve, 20);
          });
          return team;
        },
        2,
      ),
    ),
  );
  expect(teams[0]).not.toBe(teams[1]);
  const close = vi.spyOn(KernelTeam.prototype, "close");
  await expect(
    withTeam(
      () => 1000,
      much,
      async () => {
        throw new Error("aborted");
      },
      2,
    ),
  ).rejects.toThrow("aborted");
  expect(close).toHaveBeenCalledTimes(1);
});

test("a team that is not asked for again ends", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const team = await withTeam(
      () => 1000,
      much,
      async (lent) => lent,
      3,
    );
    const close = vi.spyOn(team, "close");
    vi.advanceTimersByTime(1000);
    expect(close).not.toHaveBeenCalled();
    vi.advanceTimersByTime(9000);
    expect(close).toHaveBeenCalledTimes(1);
  } finally {
    vi.useRealTimers();
  }
});
