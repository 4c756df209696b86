import { describe, expect, test } from "vitest";
import { categorical, text } from "../column-build.js";
import { fromColumns } from "../from-columns.js";
import { readCsv } from "./read-csv.js";

const columnsOf = async (...args: Parameters<typeof readCsv>) => {
  const data = await readCsv(...args);
  return Object.fromEntries(data.names.map((name) => [name, data.column(name)]));
};

describe("what the format allows", () => {
  test.each([
    ["LF, no line end after the last record", "a,b\n1,x\n2,y"],
    ["LF", "a,b\n1,x\n2,y\n"],
    ["CRLF", "a,b\r\n1,x\r\n2,y\r\n"],
    ["CR", "a,b\r1,x\r2,y\r"],
    ["a byte order mark", "\uFEFFa,b\n1,x\n2,y\n"],
    ["blank lines", "\n\na,b\n\n1,x\r\n\r\n2,y\n\n\n"],
    ["quotes around everything", '"a","b"\n"1","x"\n"2","y"\n'],
    ["a quote at the very end", 'a,b\n1,x\n2,"y"'],
  ])("%s", async (_, csv) => {
    expect(await columnsOf(csv)).toEqual({
      a: { kind: "numeric", values: Float64Array.of(1, 2) },
      b: categorical(["x", "y"]),
    });
  });

  test("delimiters, line ends and doubled quotes inside quoted cells, and a quote inside a plain one", async () => {
    const csv =
      'a,b\n"x, y","line\r\nend"\n"she said ""hi""","""",\n'.replace('"""",', '""""') +
      'in"side,\u00e9\u4e2d\ud83d\ude00\n';
    expect(await columnsOf(csv, { kinds: { a: "text", b: "text" } })).toEqual({
      a: text(["x, y", 'she said "hi"', 'in"side']),
      b: text(["line\r\nend", '"', "\u00e9\u4e2d\ud83d\ude00"]),
    });
  });

  test("empty cells, the first and the last too, are missing", async () => {
    expect(await columnsOf("a,b,c\n,,\n1,x,\n,,2\n")).toEqual({
      a: { kind: "numeric", values: Float64Array.of(Number.NaN, 1, Number.NaN) },
      b: categorical([null, "x", null]),
      c: { kind: "numeric", values: Float64Array.of(Number.NaN, Number.NaN, 2) },
    });
  });

  test("a header without records is a table without rows", async () => {
    const data = await readCsv("a,b\n", { kinds: { b: "text" } });
    expect([data.rows, data.names]).toEqual([0, ["a", "b"]]);
    expect(data.column("b")).toEqual(text([]));
  });

  test("column names that objects have of themselves", async () => {
    const data = await readCsv("constructor,__proto__,toString\n1,2,x\n");
    expect(data.names).toEqual(["constructor", "__proto__", "toString"]);
    expect(data.column("toString").kind).toBe("categorical");
  });
});

describe("sources", () => {
  const csv = "a,b\n1,\u4e2d\n2,y\n";
  const expected = { a: { kind: "numeric", values: Float64Array.of(1, 2) }, b: categorical(["\u4e2d", "y"]) };
  const bytes = new TextEncoder().encode(csv);

  test("bytes, a stream of a fetch, and an async iterable", async () => {
    async function* blocks(): AsyncGenerator<Uint8Array> {
      for (const byte of bytes) yield Uint8Array.of(byte);
    }
    expect(await columnsOf(bytes)).toEqual(expected);
    expect(await columnsOf(new Response(csv).body!)).toEqual(expected);
    expect(await columnsOf(blocks())).toEqual(expected);
  });

  test("a ReadableStream that can't be iterated is read, and cancelled when the reading stops early", async () => {
    let cancelled = false;
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(bytes),
      cancel: () => void (cancelled = true),
    });
    const bare = { getReader: () => stream.getReader() } as ReadableStream<Uint8Array>;
    expect((await readCsv(bare, { limit: 1 })).rows).toBe(1);
    expect(cancelled).toBe(true);
  });

  test("blocks that are no bytes are refused", async () => {
    async function* blocks(): AsyncGenerator<Uint8Array> {
      yield "a,b\n" as unknown as Uint8Array;
    }
    await expect(readCsv(blocks())).rejects.toThrow(
      'readCsv: the source must give Uint8Array blocks, received "a,b',
    );
  });

  test("an error of the source comes through", async () => {
    async function* blocks(): AsyncGenerator<Uint8Array> {
      yield bytes;
      throw new Error("connection lost");
    }
    await expect(readCsv(blocks())).rejects.toThrow("connection lost");
  });
});

describe("options", () => {
  const csv =
    "id,amount,country,when,note,fraud\n1,12.5,NL,2018-07-25,rent,0\n2,NA,DE,,NA,1\n3,-999,?,2018-07-26 01:02:03,gift,0\n";

  test("kinds, roles, missing words and select", async () => {
    const data = await readCsv(csv, {
      kinds: { note: "text", country: { kind: "categorical", categories: ["NL", "DE", "FR"] } },
      missing: ["", "NA", "-999", "?"],
      select: ["amount", "when"],
      roles: { target: "fraud", id: "id" },
    });
    expect(data.names).toEqual(["id", "amount", "country", "when", "note", "fraud"]);
    expect(data.column("amount").kind).toBe("numeric");
    expect([...data.column("amount", "numeric").values]).toEqual([12.5, Number.NaN, Number.NaN]);
    expect(data.column("country")).toEqual(categorical(["NL", "DE", null], ["NL", "DE", "FR"]));
    expect(data.column("note")).toEqual(text(["rent", null, "gift"]));
    expect([...data.column("when", "timestamp").values]).toEqual([
      Date.UTC(2018, 6, 25),
      Number.NaN,
      Date.UTC(2018, 6, 26, 1, 2, 3),
    ]);
    expect(data.target.kind).toBe("numeric");
    expect(data.namesOf("feature")).toEqual(["amount", "country", "when", "note"]);
  });

  test("select leaves the others out, in the order of the text, but for those that roles name", async () => {
    const data = await readCsv(csv, { select: ["note", "amount"], roles: { target: "fraud" } });
    expect(data.names).toEqual(["amount", "note", "fraud"]);
  });

  test("columns that are left out are not looked at", async () => {
    const bad = new TextEncoder().encode("a,b\n1,x\n2,y\n");
    bad[bad.indexOf(120)] = 0xff;
    expect((await readCsv(bad, { select: ["a"] })).names).toEqual(["a"]);
  });

  test("a text without a header, with names and without", async () => {
    expect(await columnsOf("1,x\n2,y\n", { header: false })).toEqual({
      x0: { kind: "numeric", values: Float64Array.of(1, 2) },
      x1: categorical(["x", "y"]),
    });
    expect((await readCsv("1,x\n2,y\n", { header: ["n", "s"], limit: 1 })).column("s")).toEqual(
      categorical(["x"]),
    );
  });

  test.each([";", "\t", "|", " "])("delimiter %j", async (delimiter) => {
    const lines = ["a;b", '"1;0";-2.5', "3;4"].map((line) => line.replaceAll(";", delimiter));
    expect(await columnsOf(lines.join("\n"), { delimiter })).toEqual({
      a: categorical([`1${delimiter}0`, "3"]),
      b: { kind: "numeric", values: Float64Array.of(-2.5, 4) },
    });
  });

  test.each([0, 1, 2, 3, 9])("limit %i", async (limit) => {
    expect((await readCsv(csv, { limit })).rows).toBe(Math.min(3, limit));
  });

  test("a limit stops the source, whatever comes after", async () => {
    let ended = false;
    async function* blocks(): AsyncGenerator<Uint8Array> {
      try {
        yield new TextEncoder().encode("a\n1\n2\n");
        yield new TextEncoder().encode('3,"broken');
        await new Promise(() => {});
      } finally {
        ended = true;
      }
    }
    expect((await readCsv(blocks(), { limit: 2 })).rows).toBe(2);
    expect(ended).toBe(true);
  });

  test("many categories, of which some share their beginnings and lengths", async () => {
    const words = Array.from({ length: 20_000 }, (_, i) => `w${(i * 7919) % 6007}`);
    const data = await readCsv(`c\n${words.join("\n")}\n`, { kinds: { c: "categorical" } });
    expect(data.column("c")).toEqual(categorical(words));
  });

  test("declared categories come before missing words", async () => {
    const data = await readCsv("c\nNA\nDE\n", {
      kinds: { c: { kind: "categorical", categories: ["DE", "NA"] } },
    });
    expect(data.column("c")).toEqual(categorical(["NA", "DE"], ["DE", "NA"]));
  });

  test("progress counts rows and bytes up to the end", async () => {
    const events: { rows: number; bytes?: number }[] = [];
    const long = `a\n${"1\n".repeat(400_000)}`;
    await readCsv(long, { onProgress: (event) => events.push(event) });
    expect(events.at(-1)).toEqual({ rows: 400_000, bytes: long.length });
    expect(events.length).toBeGreaterThan(2);
    expect(events.every((event, i) => i === 0 || event.rows >= events[i - 1].rows)).toBe(true);
  });

  test("the result is an ordinary dataset", async () => {
    const csvData = await readCsv("x,y\n1,a\n2,b\n", { roles: { target: "y" } });
    expect(csvData.schema).toEqual(fromColumns({ x: [1, 2], y: ["a", "b"] }, { target: "y" }).schema);
  });
});

describe("abort", () => {
  test("a signal that is aborted already", async () => {
    await expect(readCsv("a\n1\n", { signal: AbortSignal.abort(new Error("no")) })).rejects.toThrow("no");
  });

  test("while the source keeps its next block back, and the source is told to end", async () => {
    const control = new AbortController();
    let returned = false;
    const source: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise(() => {}),
        return: () => {
          returned = true;
          return Promise.resolve({ done: true, value: undefined });
        },
      }),
    };
    const reading = readCsv(source, { signal: control.signal });
    setTimeout(() => control.abort(new Error("enough")), 5);
    await expect(reading).rejects.toThrow("enough");
    expect(returned).toBe(true);
  });

  test("in the middle of a long text in memory", async () => {
    const control = new AbortController();
    const reading = readCsv(`a,b,c\n${"1,2,3\n".repeat(2_000_000)}`, { signal: control.signal });
    setTimeout(() => control.abort(new Error("enough")), 1);
    await expect(reading).rejects.toThrow("enough");
  });
});
