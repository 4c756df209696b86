import { type Chart, height, width } from "./spec.js";

export interface MapPoint {
  readonly x: number;
  readonly y: number;
  readonly group: string;
}

/** Rows of the test set on the two first principal components of the network's embedding. */
export function embeddingMap(points: readonly MapPoint[]): Chart {
  return {
    title: "Map of the embedding",
    note: "Two principal components of the joint network's last hidden layer; every fraud and a sample of honest rows.",
    spec: {
      width,
      height: height * 1.3,
      data: { values: [...points] },
      mark: { type: "circle", size: 22, opacity: 0.7 },
      encoding: {
        x: { field: "x", type: "quantitative", title: "first component" },
        y: { field: "y", type: "quantitative", title: "second component" },
        color: { field: "group", type: "nominal", title: null },
      },
    },
  };
}
