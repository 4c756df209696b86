import { z } from "zod";

/** Classes as an artifact's state carries them: all numbers or all strings. */
export const labelsSchema = z.union([z.array(z.number()).min(2), z.array(z.string()).min(2)]);
