import type { Network } from "../network/network.js";
import type { TrainingRows } from "../training/training-rows.js";
import type { StreamSettings } from "../streaming/stream-options.js";
import type { TrainingSettings } from "./training-params.js";

interface Rows {
  readonly train: TrainingRows;
  readonly validation: TrainingRows | undefined;
}

/** What a fit's weights depend on besides rows and settings. */
interface FitKind {
  /** The weights it begins with. */
  readonly start?: Float32Array | undefined;
  readonly replicas?: number | undefined;
  readonly stream?: StreamSettings | undefined;
}

/** Rows whose inputs are looked at; of all of them targets and weights are. */
const looked = 256;

/**
 * Names a fit by what its weights depend on, so that a checkpoint of another one is told: params, network, targets, weights
 * the inputs of the first rows, replicas, and the weights it begins with where they are a model's. How many epochs it runs is left out, unless the learning rate depends on it.
 */
export async function fitName(
  settings: TrainingSettings,
  network: Network,
  rows: Rows,
  { start, replicas = 1, stream }: FitKind = {},
): Promise<string> {
  const { epochs, schedule, ...params } = settings;
  const usesEpochs = schedule !== null && "decaySteps" in schedule && schedule.decaySteps === null;
  const weights = network.layout.weights.map(({ name, shape }) => [name, shape]);
  const more = [
    ...(replicas > 1 ? [{ replicas }] : []),
    ...(stream ? [{ shuffleRows: stream.shuffleRows, ...(usesEpochs && { rows: stream.epochRows }) }] : []),
  ];
  const plan = JSON.stringify([params, schedule, usesEpochs ? epochs : null, weights, ...more]);
  const parts = [new TextEncoder().encode(plan), ...bytesOf(rows.train), ...bytesOf(rows.validation)];
  if (start) parts.push(raw(start));
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", all));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function bytesOf(rows: TrainingRows | undefined): Uint8Array[] {
  if (rows === undefined) return [];
  const { encoded, targets, weights } = rows;
  const first = encoded.batch(Int32Array.from({ length: Math.min(looked, encoded.rows) }, (_, i) => i));
  return [targets, weights, ...Array.from(first.values(), ({ data }) => data)].map((data) => raw(data));
}

const raw = ({ buffer, byteOffset, byteLength }: Float32Array | Int32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);
