/** Numbers of the kernels' jobs, as `assembly/jobs.ts` tells them apart. */
export const jobs = {
  fillHistogram: 0,
  mergeHistograms: 1,
  divideRows: 2,
  findSplits: 3,
  binaryLogLoss: 4,
  largestDerivatives: 5,
  quantise: 6,
  addLeaves: 7,
  sortColumns: 8,
  binColumns: 9,
  transposeBins: 10,
  addTrees: 11,
  multinomialLogLoss: 12,
  rankColumns: 20,
  growTrees: 21,
  fillShapTables: 30,
  addShapValues: 31,
  addShapInteractions: 32,
  addBackgroundShap: 33,
  fillLeafTables: 34,
  growIsolationTrees: 35,
  addPathLengths: 36,
  centreColumns: 40,
  addGram: 41,
} as const;

export type Job = (typeof jobs)[keyof typeof jobs];
