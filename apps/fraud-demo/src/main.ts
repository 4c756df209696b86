import { StrataError } from "@strata-ml/core";
import { Command, CommanderError, Option } from "commander";
import type { CommandContext } from "./commands/command-options.js";
import type { HandbookSequencesCommand } from "./commands/handbook-sequences-command.js";
import { historyList, isoDate, requireWritable, whole } from "./commands/option-parsers.js";
import { progressView } from "./progress-view.js";

const out = (): Option =>
  new Option("--out <dir>", "folder of report.json and report.html").default("demo-out");

/** Runs a command with a view of its progress; Ctrl-C stops it. */
async function run(folder: string, command: (context: CommandContext) => Promise<void>): Promise<void> {
  await requireWritable(folder);
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

interface SimulateOptions {
  out: string;
  seed: number;
  customers?: number;
  days?: number;
}

// Commands are imported when they run: help and a misspelt option shall not wait for networks and charts.
const program = new Command("fraud-demo")
  .description(
    "Simulates card fraud, trains every rung from a dummy to the hybrid, and reports which one pays",
  )
  .addOption(out())
  .option("--seed <n>", "seed of simulation and models", whole(0), 1)
  .option("--customers <n>", "customers to simulate", whole())
  .option("--days <n>", "days to simulate", whole())
  .enablePositionalOptions() // so that --out after a command is the command's
  .allowExcessArguments() // which the action refuses in better words
  .configureOutput({ outputError: (text, write) => write(oneLine(text)) })
  .exitOverride()
  .hook("preSubcommand", (main) => {
    const early = main.options.find((option) => main.getOptionValueSource(option.attributeName()) === "cli");
    if (early) main.error(`error: option '${early.flags}' must come after the command, not before it`);
  })
  .action(({ out: folder, ...options }: SimulateOptions, { args: [word] }: Command) => {
    if (word !== undefined)
      program.error(`error: unknown command '${word}'; there are ${commandNames(program)}`);
    return run(folder, async (context) => {
      const { simulateCommand } = await import("./commands/simulate-command.js");
      await simulateCommand(options, context);
    });
  });

program
  .command("handbook")
  .description("the Fraud Detection Handbook's baseline protocol on its feature table")
  .requiredOption("--data <file>", "fdh_transformed.csv, gzipped or not")
  .addOption(out())
  .allowExcessArguments(false)
  .action(({ out: folder, ...options }: { out: string; data: string }) =>
    run(folder, async (context) => {
      const { handbookCommand } = await import("./commands/handbook-command.js");
      await handbookCommand(options, context);
    }),
  );

program
  .command("handbook-raw")
  .description("the same protocol on features computed from raw transactions, then the ladder with histories")
  .requiredOption("--data <file>", "fdh_raw.csv, gzipped or not")
  .option("--from <date>", "first training day", isoDate, "2018-07-25")
  .option(
    "--days <n>",
    "days: a third to train, up to 7 for labels to come in, a third to test",
    whole(3, 1000),
    21,
  )
  .addOption(out())
  .allowExcessArguments(false)
  .action(({ out: folder, ...options }: { out: string; data: string; from: string; days: number }) =>
    run(folder, async (context) => {
      const { handbookRawCommand } = await import("./commands/handbook-command.js");
      await handbookRawCommand(options, context);
    }),
  );

program
  .command("handbook-sequences")
  .description("networks over histories of customer and terminal on the same protocol, over several seeds")
  .requiredOption("--data <file>", "fdh_raw.csv, gzipped or not")
  .option("--from <date>", "first training day", isoDate, "2018-07-25")
  .option("--days <n>", "days, in thirds as for handbook-raw", whole(3, 1000), 21)
  .option(
    "--histories <list>",
    "networks by the steps they see, customer or customer+terminal; 0 is an MLP on the features alone",
    historyList,
    historyList("0,5,5+20"),
  )
  .option("--seeds <n>", "seeds of each network", whole(1, 100), 3)
  .option("--epochs <n>", "passes over the training rows", whole(1, 1000), 12)
  .addOption(out())
  .allowExcessArguments(false)
  .action(({ out: folder, ...options }: { out: string } & HandbookSequencesCommand) =>
    run(folder, async (context) => {
      const { handbookSequencesCommand } = await import("./commands/handbook-sequences-command.js");
      await handbookSequencesCommand(options, context);
    }),
  );

function commandNames({ commands }: Command): string {
  return commands.map((command) => command.name()).join(", ");
}

/** An error is one line: a name in a file may hold a line break, or what a terminal takes as an order. */
function oneLine(message: string): string {
  return `${message.replaceAll(/\p{Cc}+/gu, " ").trim()}\n`;
}

try {
  await program.parseAsync();
} catch (error) {
  // commander has printed its own line; an error of Strata is one line by itself; anything else is a defect of ours
  if (error instanceof CommanderError) process.exitCode = error.exitCode;
  else {
    if (error instanceof StrataError) process.stderr.write(oneLine(error.message));
    else console.error(error);
    process.exitCode = 1;
  }
}
