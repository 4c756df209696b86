import { StrataError } from "@strata-ml/core";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import type { CommandContext } from "./commands/command-options.js";
import { handbookCommand, handbookRawCommand } from "./commands/handbook-command.js";
import { simulateCommand } from "./commands/simulate-command.js";
import { progressView } from "./progress-view.js";

function whole(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isInteger(value))
    throw new InvalidArgumentError("It must be a whole number.");
  return value;
}

const out = (): Option =>
  new Option("--out <dir>", "folder of report.json and report.html").default("demo-out");

/** Runs a command with a view of its progress; Ctrl-C stops it. */
async function run(folder: string, command: (context: CommandContext) => Promise<void>): Promise<void> {
  const controller = new AbortController();
  const stop = (): void => controller.abort(new StrataError("fraud-demo", "stopped by the user"));
  process.once("SIGINT", stop);
  const view = progressView();
  try {
    await command({ out: folder, signal: controller.signal, view, print: (line) => console.log(line) });
  } finally {
    view.stop();
    process.off("SIGINT", stop);
  }
}

const program = new Command("fraud-demo")
  .description(
    "Simulates card fraud, trains every rung from a dummy to the hybrid, and reports which one pays",
  )
  .addOption(out())
  .option("--seed <n>", "seed of simulation and models", whole, 1)
  .option("--customers <n>", "customers to simulate", whole)
  .option("--days <n>", "days to simulate", whole)
  .enablePositionalOptions() // so that --out after a command is the command's
  .allowExcessArguments(false)
  .showSuggestionAfterError()
  .exitOverride()
  .action(({ out: folder, ...options }: { out: string; seed: number }) =>
    run(folder, (context) => simulateCommand(options, context)),
  );

program
  .command("handbook")
  .description("the Fraud Detection Handbook's baseline protocol on its feature table")
  .requiredOption("--data <file>", "fdh_transformed.csv, gzipped or not")
  .addOption(out())
  .exitOverride()
  .action(({ out: folder, ...options }: { out: string; data: string }) =>
    run(folder, (context) => handbookCommand(options, context)),
  );

program
  .command("handbook-raw")
  .description("the same protocol on features computed from raw transactions, then the ladder with histories")
  .requiredOption("--data <file>", "fdh_raw.csv, gzipped or not")
  .option("--from <date>", "first training day", "2018-07-25")
  .option("--days <n>", "days: a third to train, a third for labels to come in, a third to test", whole, 21)
  .addOption(out())
  .exitOverride()
  .action(({ out: folder, ...options }: { out: string; data: string; from: string; days: number }) =>
    run(folder, (context) => handbookRawCommand(options, context)),
  );

try {
  await program.parseAsync();
} catch (error) {
  // commander has printed its own line; an error of Strata is one line by itself; anything else is a defect of ours
  if (error instanceof CommanderError) process.exitCode = error.exitCode;
  else {
    console.error(error instanceof StrataError ? error.message : error);
    process.exitCode = 1;
  }
}
