import { z } from "zod";
import { metricSchema } from "../metrics/metric-settings.js";

/** The params that say what is measured while a network is trained. */
export const metricShape = {
  metrics: z
    .array(metricSchema)
    .readonly()
    .default([])
    .describe(
      "What is measured of the validation rows after every epoch besides the loss, by name or with settings, with the weights of rows but not of classes; needs validation rows",
    ),
  monitor: z
    .string()
    .default("validationLoss")
    .describe(
      "What tells the best epoch, for patience and reduceOnPlateau: validationLoss, or the key of one of the metrics",
    ),
};
