import { eventRecord } from "./event-record.js";
import { type LoggedEpoch, type LogOptions, type TrainingLog, trainingLog } from "./training-log.js";

let files = 0;

/**
 * A log of epochs that TensorBoard reads (`tensorboard --logdir FOLDER`): an event file of its own in the folder, with every
 * measure as a scalar by its name, the epoch as its step. A folder a fit shows them beside each other. Needs Node.
 *
 * @throws ParamError for a folder that is none. What can't be written is a warning, and an error of `flush`.
 * @example
 * const data = fromColumns({ x: [1, 2, 8, 9], y: [0, 0, 1, 1] }, { target: "y" });
 * const board = tensorBoardLog("fits/first");
 * const onProgress = (event: ProgressEvent) => {
 *   board(event);
 *   console.log(event.stage, event.done);
 * };
 * await new NeuralClassifier({ epochs: 3 }).fit(data, { onProgress });
 * await board.flush();
 */
export function tensorBoardLog(folder: string, options: LogOptions = {}): TrainingLog {
  let file: Promise<string> | undefined;
  const write = async ({ epoch, measures }: LoggedEpoch): Promise<void> => {
    const { appendFile } = await import("node:fs/promises");
    file ??= begin(folder);
    await appendFile(
      await file,
      eventRecord({ wallTime: Date.now() / 1000, step: epoch, scalars: measures }),
    );
  };
  return trainingLog("tensorBoardLog", folder, write, options);
}

/** Makes the file, with its version as the first event, and gives its path. */
async function begin(folder: string): Promise<string> {
  const [{ mkdir, writeFile }, { hostname }, { join }] = await Promise.all([
    import("node:fs/promises"),
    import("node:os"),
    import("node:path"),
  ]);
  const wallTime = Date.now() / 1000;
  // Process and count keep files of one second apart.
  const name = `events.out.tfevents.${Math.floor(wallTime)}.${hostname()}.${process.pid}.${files++}`;
  const path = join(folder, name);
  await mkdir(folder, { recursive: true });
  await writeFile(path, eventRecord({ wallTime, fileVersion: "brain.Event:2" }));
  return path;
}
