import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ParamError, readCsv, StrataError } from "@strata-ml/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { NeuralClassifier } from "../estimators/neural-classifier.js";
import { mixedData } from "../testing/example-data.js";
import { readGolden } from "../testing/layer-probe.js";
import { csvLog } from "./csv-log.js";
import { eventRecord, type LogEvent } from "./event-record.js";
import { tensorBoardLog } from "./tensor-board-log.js";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "logs-"));
});
afterAll(() => rm(folder, { recursive: true }));

const data = mixedData(80, 1);
const estimator = new NeuralClassifier({ epochs: 3, hiddenUnits: [4], metrics: ["auc"], seed: 2 });
const epoch = (done: number, metrics: Readonly<Record<string, number>>) => ({
  owner: "Net",
  stage: "epoch",
  done,
  total: 9,
  metrics,
});

describe("csvLog", () => {
  test("has a line for every epoch of a fit", async () => {
    const path = join(folder, "new", "epochs.csv");
    const log = csvLog(path);
    const { history } = await estimator.fit(data, { onProgress: log });
    await log.flush();
    const text = await readFile(path, "utf8");
    expect(text.split("\n")[0]).toBe("epoch,loss,learningRate,validationLoss,auc");
    const table = await readCsv(text);
    const column = (name: string): number[] => [...table.column(name, "numeric").values];
    expect(column("epoch")).toEqual([1, 2, 3]);
    expect(column("loss")).toEqual(history.loss);
    expect(column("validationLoss")).toEqual(history.validationLoss);
    expect(column("auc")).toEqual(history.metrics.auc);
  });

  test("replaces a file, or goes on with it where asked", async () => {
    const path = join(folder, "again.csv");
    const run = async (done: number, append: boolean): Promise<string> => {
      const log = csvLog(path, { append });
      log(epoch(done, { loss: done / 2, 'a,"b"': 1 }));
      await log.flush();
      return readFile(path, "utf8");
    };
    const header = 'epoch,loss,"a,""b"""\n';
    await writeFile(path, "old\n");
    expect(await run(1, false)).toBe(`${header}1,0.5,1\n`);
    expect(await run(2, true)).toBe(`${header}1,0.5,1\n2,1,1\n`);
    await writeFile(path, `${header}1,0.`);
    expect(await run(2, true)).toBe(`${header}1,0.\n2,1,1\n`);
    await writeFile(path, "epoch,accuracy\n1,1\n");
    const other = csvLog(path, { append: true, onWarning: () => {} });
    other(epoch(2, { loss: 1 }));
    await expect(other.flush()).rejects.toThrow("its first line must be epoch,loss");
    expect(await readFile(path, "utf8")).toBe("epoch,accuracy\n1,1\n");
  });

  test("leaves a cell empty that an epoch doesn't tell, and tells of one that it has no column for", async () => {
    const path = join(folder, "gaps.csv");
    const warnings: string[] = [];
    const log = csvLog(path, { onWarning: (message) => warnings.push(message) });
    log(epoch(1, { loss: 1, auc: 0.5 }));
    log(epoch(2, { loss: 2 }));
    log({ owner: "Net", stage: "batch", done: 1, total: 9, metrics: { loss: 7 } });
    await log.flush();
    expect(await readFile(path, "utf8")).toBe("epoch,loss,auc\n1,1,0.5\n2,2,\n");
    log(epoch(3, { f1: 1 }));
    await expect(log.flush()).rejects.toThrow(StrataError);
    expect(warnings).toEqual([
      `csvLog: '${path}' could not be written on: csvLog: epochs must have the measures of the first one, 'epoch', 'loss', 'auc', received 'f1' besides`,
    ]);
  });
});

/** CRC-32C bit by bit. */
function checksum(bytes: Uint8Array): number {
  let crc = 0xffffffffn;
  for (const byte of bytes) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ 0x82f63b78n : crc >> 1n;
  }
  crc ^= 0xffffffffn;
  return Number(((((crc >> 15n) | (crc << 17n)) & 0xffffffffn) + 0xa282ead8n) & 0xffffffffn);
}

/** The fields of a protocol buffer by number. */
function fieldsOf(bytes: Buffer): Map<number, (Buffer | number)[]> {
  const out = new Map<number, (Buffer | number)[]>();
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++];
      value += (byte % 128) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const key = varint();
    const from = at;
    const type = key % 8;
    let value: Buffer | number;
    if (type === 0) value = varint();
    else if (type === 2) {
      const length = varint();
      value = bytes.subarray(at, (at += length));
    } else {
      at += type === 1 ? 8 : 4;
      value = type === 1 ? bytes.readDoubleLE(from) : bytes.readFloatLE(from);
    }
    const field = Math.floor(key / 8);
    out.set(field, [...(out.get(field) ?? []), value]);
  }
  return out;
}

/** The events of a file, every checksum compared. */
function eventsOf(file: Buffer): LogEvent[] {
  const events: LogEvent[] = [];
  for (let at = 0; at < file.length; ) {
    const length = Number(file.readBigUInt64LE(at));
    expect(file.readUInt32LE(at + 8)).toBe(checksum(file.subarray(at, at + 8)));
    const data = file.subarray(at + 12, at + 12 + length);
    expect(file.readUInt32LE(at + 12 + length)).toBe(checksum(data));
    at += length + 16;
    const fields = fieldsOf(data);
    const summary = fields.get(5)?.[0] as Buffer | undefined;
    const values = (summary === undefined ? [] : (fieldsOf(summary).get(1) ?? [])).map((value) =>
      fieldsOf(value as Buffer),
    );
    const version = fields.get(3)?.[0];
    events.push({
      wallTime: fields.get(1)![0] as number,
      step: (fields.get(2)?.[0] as number) ?? 0,
      ...(version !== undefined && { fileVersion: String(version) }),
      ...(summary !== undefined && {
        scalars: Object.fromEntries(values.map((one) => [String(one.get(1)![0]), one.get(2)![0] as number])),
      }),
    });
  }
  return events;
}

describe("tensorBoardLog", () => {
  test("writes events as TensorFlow does, byte for byte", () => {
    const golden = readGolden("event_file") as { events: LogEvent[]; bytes: string };
    const ours = Buffer.concat(golden.events.map(eventRecord));
    expect(ours.toString("base64")).toBe(golden.bytes);
    expect(eventsOf(ours).map(({ step }) => step)).toEqual([0, 1, 300, 5_000_000_000]);
  });

  test("has the measures of every epoch of a fit, beside what one does oneself", async () => {
    const log = tensorBoardLog(join(folder, "board", "first"));
    const stages: string[] = [];
    const { history } = await estimator.fit(data, {
      onProgress: (event) => {
        log(event);
        stages.push(event.stage);
      },
    });
    await log.flush();
    expect(stages.filter((stage) => stage === "epoch")).toHaveLength(3);
    const [name, ...others] = await readdir(join(folder, "board", "first"));
    expect(others).toEqual([]);
    expect(name).toMatch(/^events\.out\.tfevents\.\d{10}\./);
    const [first, ...events] = eventsOf(await readFile(join(folder, "board", "first", name)));
    expect(first.fileVersion).toBe("brain.Event:2");
    expect(events.map(({ step }) => step)).toEqual([1, 2, 3]);
    for (const [i, { scalars, wallTime }] of events.entries()) {
      expect(wallTime).toBeGreaterThanOrEqual(first.wallTime);
      expect(scalars).toEqual({
        loss: Math.fround(history.loss[i]),
        learningRate: Math.fround(history.learningRate[i]),
        validationLoss: Math.fround(history.validationLoss[i]),
        auc: Math.fround(history.metrics.auc[i]),
      });
    }
  });

  test("of two fits in a folder are two files", async () => {
    const both = join(folder, "board", "both");
    const logs = [tensorBoardLog(both), tensorBoardLog(both)];
    for (const log of logs) log(epoch(1, { loss: 1 }));
    await Promise.all(logs.map((log) => log.flush()));
    expect(await readdir(both)).toHaveLength(2);
  });
});

describe("a log that can't be written", () => {
  test.each([csvLog, tensorBoardLog])("is a warning with its path, and the fit goes on: %o", async (make) => {
    const file = join(folder, "file");
    await writeFile(file, "");
    const path = join(file, "below");
    const warnings: string[] = [];
    const log = make(path, { onWarning: (message) => warnings.push(message) });
    const model = await estimator.fit(data, { onProgress: log });
    expect(model.history.loss).toHaveLength(3);
    await expect(log.flush()).rejects.toThrow(`${make.name}: '${path}' could not be written on: E`);
    expect(warnings).toHaveLength(1);
  });

  test("tells by flush what onWarning throws", async () => {
    await writeFile(join(folder, "file"), "");
    const onWarning = (): never => {
      throw new Error("full");
    };
    const log = csvLog(join(folder, "file", "below"), { onWarning });
    log(epoch(1, { loss: 1 }));
    await expect(log.flush()).rejects.toThrow("full");
  });

  test("is refused at once where its path or an option is none", () => {
    expect(() => csvLog("")).toThrow(ParamError);
    expect(() => tensorBoardLog(3 as never)).toThrow("tensorBoardLog: the path must be a string");
    expect(() => csvLog("a.csv", { append: "yes" as never })).toThrow("append must be true or false");
    expect(() => csvLog("a.csv", { onWarning: 1 as never })).toThrow("onWarning must be a function");
  });
});
