import { describe, expect, test } from "vitest";
import { DataError, ParamError, ParseError } from "../../errors.js";
import type { CsvOptions } from "./csv-options.js";
import { readCsv } from "./read-csv.js";

async function failure(source: string | Uint8Array, options: CsvOptions = {}): Promise<ParseError> {
  try {
    await readCsv(source, options);
  } catch (error) {
    expect(error).toBeInstanceOf(ParseError);
    return error as ParseError;
  }
  throw new Error("nothing was refused");
}

const numbers: CsvOptions = { kinds: { a: "numeric", b: "numeric" } };

describe("errors say line, column, what was expected and what came", () => {
  test.each<[string, string, CsvOptions, string]>([
    [
      "too few cells",
      "a,b\n1,2\n3\n",
      {},
      "line 3: a record must have 2 cells as the header has, received 1",
    ],
    [
      "too many cells",
      "a,b\n1,2,3,4\n",
      {},
      "line 2: a record must have 2 cells as the header has, received 4",
    ],
    [
      "too many cells without a header",
      "1,2\n1,2,3\n",
      { header: false },
      "line 2: a record must have 2 cells as the first record has, received 3",
    ],
    [
      "more names than cells",
      "1,2\n",
      { header: ["a", "b", "c"] },
      "line 1: a record must have 3 cells as the header has, received 2",
    ],
    ["no number", "a,b\n1,2\n3,x\n", numbers, "line 3, column 2: 'b' must be a number, received \"x\""],
    [
      "a number in a quoted cell that is none",
      'a,b\n"1,5",2\n',
      numbers,
      "line 2, column 1: 'a' must be a number, received \"1,5\"",
    ],
    [
      "an empty cell where none is missing",
      "a,b\n1,\n",
      { ...numbers, missing: ["NA"] },
      "line 2, column 2: 'b' must be a number, received \"\"",
    ],
    [
      "a bad cell of several lines, which is shown where it begins",
      'a,b\n"1\n2",3\n',
      numbers,
      "line 2, column 1: 'a' must be a number, received \"1\n2\"",
    ],
    [
      "an integer that a double would change, in a column declared numeric",
      "a,b\n1,2\n3,9007199254740993\n",
      numbers,
      "line 3, column 2: 'b' must be an integer that a double holds exactly (identifiers are categorical), received \"9007199254740993\"",
    ],
    [
      "no date",
      "t\n2018-07-25\n25/07/2018\n",
      { kinds: { t: "timestamp" } },
      "line 3, column 1: 't' must be an ISO 8601 date, received \"25/07/2018\"",
    ],
    [
      "no category",
      "c\nDE\nNL\n",
      { kinds: { c: { kind: "categorical", categories: ["DE", "FR"] } } },
      "line 3, column 1: 'c' must be one of the 2 categories, received \"NL\"",
    ],
    [
      "an open quote",
      'a,b\n1,2\n"3,4\n5,6\n',
      {},
      "line 3, column 1: a quoted cell must end with a quote, received the end of the text",
    ],
    [
      "an open quote in the header",
      'a,"b',
      {},
      "line 1, column 2: a quoted cell must end with a quote, received the end of the text",
    ],
    [
      "bytes after a quote",
      'a,b\n1,"2"x\n',
      {},
      'line 2, column 2: after a closing quote there must be a delimiter or the end of the line, received "x"',
    ],
    [
      "a character after a quote",
      'a,b\n"1" ,2\n',
      {},
      'line 2, column 1: after a closing quote there must be a delimiter or the end of the line, received " "',
    ],
    [
      "names given twice",
      "a,b,a,c,b\n",
      {},
      "line 1: column names must differ, received 'a', 'b' more than once",
    ],
    [
      "names that are absent",
      "a,b\n1,2\n",
      { kinds: { c: "numeric" }, roles: { target: "d", id: ["a", "e"] }, select: ["f", "c"] },
      "line 1: the header must have 'c', 'd', 'e', 'f', received 'a', 'b'",
    ],
    ["nothing", "", {}, "line 1: the text must hold a header or a record, received nothing"],
    ["blank lines only", "\r\n\n", {}, "line 1: the text must hold a header or a record, received nothing"],
    [
      "a byte order mark only",
      "\uFEFF",
      {},
      "line 1: the text must hold a header or a record, received nothing",
    ],
  ])("%s", async (_, csv, options, message) => {
    expect((await failure(csv, options)).message).toBe(`readCsv: ${message}`);
  });

  test("lines are counted through quoted cells, blank lines and CRLF", async () => {
    const csv = 'a,b\r\n\r\n"1\n\n","2\r\n3\r4"\r\n"x\n",y\n';
    const { line, column } = await failure(csv, {
      kinds: { b: { kind: "categorical", categories: ["2\r\n3\r4"] } },
    });
    // The header is line 1, a record lies on lines 3 to 7, the next begins on line 8 and its second cell lies on line 9.
    expect([line, column]).toEqual([9, 2]);
  });

  test("an open quote is shown where it opens, though lines were crossed before", async () => {
    expect(await failure('a,b\n"1\n2","open\n')).toMatchObject({ line: 3, column: 2 });
  });

  test("bytes that are not UTF-8", async () => {
    const bytes = (csv: string) => Uint8Array.from(csv, (c) => c.charCodeAt(0));
    for (const options of [
      {},
      { kinds: { b: "text" } },
      { kinds: { b: "categorical" } },
    ] satisfies CsvOptions[]) {
      expect((await failure(bytes("a,b\n1,ok\n2,caf\xe9\n"), options)).message).toBe(
        "readCsv: line 3, column 2: 'b' must be UTF-8 text, received other bytes",
      );
    }
    expect((await failure(bytes("a,caf\xe9\n"))).message).toBe(
      "readCsv: line 1, column 2: a column name must be UTF-8 text, received other bytes",
    );
    expect((await failure(bytes("\xff\xfea\0,\0"))).message).toBe(
      "readCsv: line 1: the text must be UTF-8, received UTF-16",
    );
  });

  test("a record beyond every measure", async () => {
    const endless = new Uint8Array(2 ** 26 + 2 ** 20).fill(97);
    endless[0] = 34;
    expect((await failure(endless)).message).toContain(
      "a record must be at most 67108864 bytes (is a quote never closed?)",
    );
  });
});

describe("options that can't be", () => {
  test.each<[object, string]>([
    [{ delimiter: "" }, 'delimiter must be one ASCII character that no number holds, received ""'],
    [{ delimiter: ",," }, 'delimiter must be one ASCII character that no number holds, received ",,"'],
    [{ delimiter: '"' }, "delimiter must be one ASCII character that no number holds"],
    [{ delimiter: "." }, "delimiter must be one ASCII character that no number holds"],
    [{ delimiter: "\n" }, "delimiter must be one ASCII character that no number holds"],
    [{ delimeter: ";" }, "there is no param \"delimeter\", did you mean 'delimiter'?"],
    [{ limit: -1 }, "limit must be >= 0, received -1"],
    [{ maxCategories: 0 }, "maxCategories must be >= 1, received 0"],
    [{ kinds: { a: "number" } }, "kinds.a must be"],
    [
      { kinds: { a: { kind: "categorical", categories: ["x", "x"] } } },
      "kinds.a.categories must differ from each other",
    ],
    [{ kinds: [] }, "kinds must be an object, received an array of 0"],
    [{ header: "yes" }, "header must be"],
    [{ columns: { a: "text" } }, 'there is no param "columns"'],
    [
      { roles: { target: "a", ids: ["a"] } },
      "roles must be among 'target', 'weight', 'group', 'time', 'id', received \"ids\", did you mean 'id'?",
    ],
    [{ roles: "a" }, 'roles must be an object, received "a"'],
    [{ roles: { target: ["a"] } }, "target must be a column's name, received an array of 1"],
    [{ onProgress: true }, "onProgress must be a function, received true"],
    [{ signal: {} }, "signal must be an AbortSignal, received an object"],
  ])("%j", async (options, message) => {
    const reading = readCsv("a\n1\n", options as CsvOptions);
    await expect(reading).rejects.toThrow(`readCsv: ${message}`);
    await expect(reading).rejects.toBeInstanceOf(ParamError);
  });
});

test.each([5, null, undefined, {}, [1]])("a source of %j is refused", async (source) => {
  const reading = readCsv(source as never);
  await expect(reading).rejects.toBeInstanceOf(DataError);
  await expect(reading).rejects.toThrow(
    "readCsv: the source must be a string, a Uint8Array or a stream of them, received",
  );
});

test("options that are no object are refused", async () => {
  await expect(readCsv("a\n1\n", null as never)).rejects.toThrow("readCsv: options must be an object");
});
