import { access, constants, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { StrataError } from "@strata-ml/core";
import { InvalidArgumentError } from "commander";
import { z } from "zod";

/** Reads a whole number of an option; a range is for those that nothing else checks. */
export function whole(
  least = Number.MIN_SAFE_INTEGER,
  most = Number.MAX_SAFE_INTEGER,
): (text: string) => number {
  const range = least === Number.MIN_SAFE_INTEGER ? "" : ` from ${least} to ${most}`;
  return (text) => {
    const value = Number(text);
    if (text.trim() === "" || !Number.isInteger(value) || value < least || value > most)
      throw new InvalidArgumentError(`It must be a whole number${range}.`);
    return value;
  };
}

/** Reads histories of an option, such as `0,5,5+20`: steps of the customer, then of the terminal; 0 is none. */
export function historyList(text: string): { readonly customer?: number; readonly terminal?: number }[] {
  return text.split(",").map((item) => {
    const [, customer, terminal = 0] = (/^\s*(\d{1,3})(?:\+(\d{1,3}))?\s*$/.exec(item) ?? []).map(Number);
    if (!(customer >= 0))
      throw new InvalidArgumentError("It must be numbers of steps such as 0,5,5+20: customer+terminal.");
    return { ...(customer > 0 && { customer }), ...(terminal > 0 && { terminal }) };
  });
}

/** Reads a day of an option. */
export function isoDate(text: string): string {
  if (!z.iso.date().safeParse(text).success)
    throw new InvalidArgumentError("It must be a date such as 2018-07-25.");
  return text;
}

/**
 * Refuses a folder that can't be made or written, before hours of work are lost on it; makes nothing.
 *
 * @throws StrataError
 */
export async function requireWritable(folder: string): Promise<void> {
  if (folder === "") throw new StrataError("--out", "it must name a folder, received an empty text");
  for (let at = resolve(folder); ; at = dirname(at)) {
    try {
      if (!(await stat(at)).isDirectory())
        throw new StrataError("--out", `it must be a folder that can be written, but '${at}' is a file`);
      return await access(at, constants.W_OK);
    } catch (cause) {
      if (cause instanceof StrataError) throw cause;
      const { code } = cause as NodeJS.ErrnoException;
      // What is not there yet can be made where the folder above it can be written; below a file nothing can.
      if ((code === "ENOENT" || code === "ENOTDIR") && dirname(at) !== at) continue;
      throw new StrataError("--out", `'${folder}' must be a folder that can be written (${code})`, { cause });
    }
  }
}
