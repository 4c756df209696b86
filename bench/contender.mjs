// A long-lived child process that does tasks on request, so that neither its start nor its reading of data is timed.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** What a worker's answers begin with; every other line of its output is its own affair. */
const mark = "@bench ";

/**
 * @typedef {object} Command
 * @property {string} name of the contender, as it is printed
 * @property {string} version
 * @property {string} program
 * @property {string[]} args
 */

export class Contender {
  #child;
  #waiting;
  #stderr = "";

  /**
   * @param {Command} command
   * @param {number} threads that it may use
   * @param {boolean} pinned whether to hold it to as many processors, for want of an option of its own
   */
  constructor({ name, version, program, args }, threads, pinned) {
    this.name = name;
    this.version = version;
    const [file, ...all] = pinned
      ? ["taskset", "-c", `0-${threads - 1}`, program, ...args]
      : [program, ...args];
    this.#child = spawn(file, all, { env: { ...process.env, ...threadVariables(threads) } });
    this.#child.on("error", (error) => this.#fail(error.message));
    this.#child.on("close", () => this.#fail(`ended. ${lastLine(this.#stderr)}`));
    this.#child.stdin.on("error", () => {});
    this.#child.stderr.on("data", (text) => (this.#stderr = (this.#stderr + text).slice(-4000)));
    createInterface({ input: this.#child.stdout }).on("line", (line) => {
      if (line.startsWith(mark)) this.#answer(JSON.parse(line.slice(mark.length)));
    });
  }

  /**
   * One request at a time.
   *
   * @param {object} message
   * @returns {Promise<{ seconds?: Record<string, number>, score?: number, peakBytes?: number }>} the worker's answer; rejected with its own words where it can't
   */
  ask(message) {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#child.stdin.write(`${JSON.stringify(message)}\n`);
    });
  }

  close() {
    this.#child.kill();
  }

  #answer(reply) {
    if (reply.error === undefined) this.#waiting?.resolve(reply);
    else this.#waiting?.reject(new Error(reply.error));
    this.#waiting = undefined;
  }

  #fail(reason) {
    this.#waiting?.reject(new Error(reason));
    this.#waiting = undefined;
  }
}

const lastLine = (text) => text.trim().split("\n").at(-1) ?? "";

const threadVariables = (threads) =>
  Object.fromEntries(
    ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BENCH_THREADS"].map((name) => [
      name,
      String(threads),
    ]),
  );
