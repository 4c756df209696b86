import { z } from "zod";
import { activationNames } from "../../layers/activation.js";
import { type NetworkSettings, networkSettingsShape } from "../../network/network-settings.js";
import { trainingShape } from "../training-params.js";

const units = z.int().min(1).max(4096);
const layers = z.array(units).max(32).readonly();

/** The params that both autoencoders share. */
export const autoencoderShape = {
  latentUnits: units.default(8).describe("Numbers that a row is squeezed into"),
  encoderUnits: layers
    .default([64, 32])
    .describe("Units of the hidden layers between the inputs and those numbers"),
  decoderUnits: layers
    .nullable()
    .default(null)
    .describe("Units of the hidden layers on the way back; null takes the encoder's the other way round"),
  activation: z.enum(activationNames).default("relu").describe("Activation of the hidden layers"),
  noise: z
    .number()
    .min(0)
    .default(0)
    .describe(
      "Standard deviation of what training adds to the inputs, numbers standardised and categories embedded, to have it taken out again",
    ),
  categoricalUnits: networkSettingsShape.categoricalUnits,
  minCategoryCount: networkSettingsShape.minCategoryCount,
  contamination: z
    .union([z.literal("auto"), z.number().gt(0).max(0.5)])
    .default("auto")
    .describe(
      "Share of the training rows that shall count as outliers; 'auto' draws the line three standard deviations below their mean score",
    ),
  ...trainingShape,
};

const params = z.strictObject(autoencoderShape);
export type AutoencoderParams = Readonly<z.output<typeof params>>;

const networkSettings = z.strictObject(networkSettingsShape);

/** The params as networks and their preprocessing take them. */
export function autoencoderSettings(params: AutoencoderParams): NetworkSettings & AutoencoderParams {
  const { categoricalUnits, minCategoryCount } = params;
  return { ...networkSettings.parse({ categoricalUnits, minCategoryCount }), ...params };
}
