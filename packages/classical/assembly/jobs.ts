import { binColumns, sortColumns, transposeBins } from "./binning";
import { rebinCategories, sumCategories } from "./shared-bins";
import { growTrees } from "./forest";
import { rankColumns } from "./forest-ranks";
import { addGram, centreColumns } from "./gram";
import { fillHistogram, mergeHistograms } from "./histogram";
import { growIsolationTrees } from "./isolation-forest";
import { addPathLengths } from "./isolation-paths";
import { addLeaves, binaryLogLoss, largestDerivatives, multinomialLogLoss, quantise } from "./loss";
import { multiplyPanels } from "./matmul";
import { assignNearest } from "./nearest";
import { divideRows } from "./partition";
import { addTrees } from "./predict";
import { routeRows } from "./route";
import { rotateRows } from "./rotate";
import { findSplits } from "./split";
import { addShapValues } from "./tree-shap";
import { addBackgroundShap } from "./tree-shap-background";
import { fillLeafTables } from "./tree-shap-leaves";
import { addShapInteractions } from "./tree-shap-pairs";
import { fillShapTables } from "./tree-shap-tables";

/** Runs a thread's share of a job; the numbers are those of `jobs` in src/kernels/jobs.ts. */
export function runJob(job: i32, thread: i32, threads: i32): void {
  switch (job) {
    case 0:
      fillHistogram(thread, threads);
      break;
    case 1:
      mergeHistograms(thread, threads);
      break;
    case 2:
      divideRows(thread, threads);
      break;
    case 3:
      findSplits(thread, threads);
      break;
    case 4:
      binaryLogLoss(thread, threads);
      break;
    case 5:
      largestDerivatives(thread, threads);
      break;
    case 6:
      quantise(thread, threads);
      break;
    case 7:
      addLeaves(thread, threads);
      break;
    case 8:
      sortColumns(thread, threads);
      break;
    case 9:
      binColumns(thread, threads);
      break;
    case 10:
      transposeBins(thread, threads);
      break;
    case 11:
      addTrees(thread, threads);
      break;
    case 12:
      multinomialLogLoss(thread, threads);
      break;
    case 13:
      routeRows(thread, threads);
      break;
    case 14:
      sumCategories(thread, threads);
      break;
    case 15:
      rebinCategories(thread, threads);
      break;
    case 20:
      rankColumns(thread, threads);
      break;
    case 21:
      growTrees(thread, threads);
      break;
    case 30:
      fillShapTables(thread, threads);
      break;
    case 31:
      addShapValues(thread, threads);
      break;
    case 32:
      addShapInteractions(thread, threads);
      break;
    case 33:
      addBackgroundShap(thread, threads);
      break;
    case 34:
      fillLeafTables(thread, threads);
      break;
    case 35:
      growIsolationTrees(thread, threads);
      break;
    case 36:
      addPathLengths(thread, threads);
      break;
    case 40:
      centreColumns(thread, threads);
      break;
    case 41:
      addGram(thread, threads);
      break;
    case 42:
      assignNearest(thread, threads);
      break;
    case 43:
      multiplyPanels(thread, threads);
      break;
    case 44:
      rotateRows(thread, threads);
      break;
  }
}
