import { expect, test } from "vitest";
import { aliveTensors } from "./alive-tensors.js";
import { selectBackend } from "./select-backend.js";
import { tensor } from "./tensors.js";

test("none is alive before a backend is chosen, later those that were not disposed", async () => {
  expect(aliveTensors()).toBe(0);
  await selectBackend("cpu");
  const held = tensor([1, 2]);
  expect(aliveTensors()).toBe(1);
  held.dispose();
  expect(aliveTensors()).toBe(0);
});
