import type { ReadProgress } from "@strata-ml/core";
import type { ProgressView } from "../progress-view.js";

/** Progress of a reader as that of a fit. */
export function readingProgress(view: ProgressView): (event: ReadProgress) => void {
  return ({ bytes, totalBytes }) => {
    if (bytes !== undefined && totalBytes !== undefined) {
      view.onProgress({ owner: "reading", stage: "byte", done: bytes, total: totalBytes });
    }
  };
}
