// What the backend calls. Addresses are of float32 numbers unless it says otherwise. No kernel may keep anything in memory of
// its own: the memory is the backend's.
export { adamStep } from "./adam";
export { attention, attentionGradient } from "./attention";
export { conv1d, conv1dGradient } from "./conv1d";
export { keptScale } from "./dropout";
export { gru, gruGradient } from "./gru";
export { lstm, lstmGradient } from "./lstm";
export { multiply, multiplyScratch } from "./multiply";
export { addRows, gatherRows, maxOverSteps } from "./rows";
export {
  standardiseColumns,
  standardiseColumnsGradient,
  standardiseRuns,
  standardiseRunsGradient,
} from "./standardise";
export { sumFirst, sumLast } from "./sum";
