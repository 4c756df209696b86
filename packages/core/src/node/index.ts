export { csvFileBatches, readCsvFile } from "./read-csv-file.js";
export { loadModel, saveModel } from "./model-file.js";
export { replaceFile } from "./replace-file.js";
export { type WorkerExecutorOptions, workerExecutor } from "./worker-executor.js";
