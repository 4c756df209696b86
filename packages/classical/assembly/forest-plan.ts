// What trees of a forest are grown from and by: the arguments of the job, and where this thread may write. All of it
// is in globals, of which each thread has its own.

import { arg, floatArg } from "./arguments";

/** What a split is judged by: squared error, which Gini of two classes is as well, Gini of more, or entropy. */
export const SQUARES: i32 = 0;
export const GINI: i32 = 1;
export const ENTROPY: i32 = 2;

export let rows: i32 = 0;
export let features: i32 = 0;
/** Columns of cells: ranks among the distinct values of the feature, or with drawn thresholds the values. */
let cells: usize = 0;
/** Bytes of a cell: 2 or 4 of a rank, 8 of a value. */
export let cellBytes: usize = 0;
/** Bits that hold every rank. */
export let rankBits: i32 = 0;
/** A feature's values in ascending order (u32), how many (u32): missing ones rank above them. */
let about: usize = 0;

export let criterion: i32 = 0;
/** Whether two numbers a side are all: its weight, and the weight of class 1 or the weighted sum of targets. */
export let hasSums: bool = false;
/** 0 for a regression; of several outputs the classes of all, those of one after those of another. */
export let classes: i32 = 0;
/** Targets a row. */
export let outputs: i32 = 1;
/** Class codes (i32) or targets (f64), `outputs` of them a row. */
export let targets: usize = 0;
/** Numbers in a node's value, and, unless two suffice, in a side's sums. */
export let sumCount: i32 = 0;
/** Weights of the rows (f64), or 0 where all weigh 1. */
export let weights: usize = 0;
/** x log2 x of whole x (f64) up to the number of draws, or 0. */
export let entropies: usize = 0;

/** Rows that have weight (i32), and how many. */
export let weighing: usize = 0;
export let weighingCount: i32 = 0;
/** Rows drawn for a tree with replacement; 0 takes each once. */
export let draws: i32 = 0;
/** Weights of the weighing rows added up (f64), or 0 where all weigh the same. */
export let upTo: usize = 0;
/** Whether each tree gives its classes the same weight. */
export let balances: bool = false;

/** Whether it is a tree of its own: features are then looked at in order where all are, so that of equals the first wins. */
export let isLone: bool = false;

export let maxFeatures: i32 = 0;
export let maxDepth: i32 = 0;
export let maxLeaves: i32 = 0;
export let minSplit: i32 = 0;
export let minLeaf: i32 = 0;
export let minLeafShare: f64 = 0;
export let minDecrease: f64 = 0;
/** Whether thresholds are drawn, one a feature. */
export let drawsCuts: bool = false;

/** This thread's own memory. */
export let order: usize = 0;
export let passing: usize = 0;
export let keys: usize = 0;
export let sorted: usize = 0;
export let nodePairs: usize = 0;
export let codePairs: usize = 0;
export let open: usize = 0;
export let counts: usize = 0;
export let treeWeights: usize = 0;
export let classSums: usize = 0;
export let featureOrder: usize = 0;
export let places: usize = 0;
/** Entries that `codePairs` has room for. */
export let codeRoom: i32 = 0;

export function loadPlan(thread: i32): void {
  rows = <i32>arg(0);
  features = <i32>arg(1);
  cells = arg(2);
  cellBytes = arg(3);
  rankBits = <i32>arg(4);
  about = arg(5);
  criterion = <i32>arg(6);
  classes = <i32>arg(7);
  outputs = <i32>arg(16);
  sumCount = max(classes, outputs);
  hasSums = outputs == 1 && (criterion == SQUARES || classes == 2);
  targets = arg(8);
  weights = arg(9);
  entropies = arg(10);
  weighing = arg(11);
  weighingCount = <i32>arg(12);
  draws = <i32>arg(13);
  upTo = arg(14);
  balances = arg(15) != 0;
  isLone = arg(17) != 0;
  loadLimits();
  loadScratch(arg(30) + <usize>thread * arg(31));
}

function loadLimits(): void {
  maxFeatures = <i32>arg(18);
  maxDepth = <i32>arg(19);
  maxLeaves = <i32>arg(20);
  minSplit = <i32>arg(21);
  minLeaf = <i32>arg(22);
  drawsCuts = arg(23) != 0;
  minLeafShare = floatArg(24);
  minDecrease = floatArg(25);
}

function loadScratch(base: usize): void {
  order = base + arg(32);
  passing = base + arg(33);
  keys = base + arg(34);
  sorted = base + arg(35);
  nodePairs = base + arg(36);
  codePairs = base + arg(37);
  open = base + arg(38);
  counts = base + arg(39);
  treeWeights = base + arg(40);
  classSums = base + arg(41);
  featureOrder = base + arg(42);
  places = base + arg(43);
  codeRoom = <i32>arg(44);
}

/** The rank of a feature's missing values: the number of its distinct ones. */
export function missingRank(feature: i32): u32 {
  return load<u32>(about + ((<usize>feature) << 3), 4);
}

/** The value of a rank. */
export function valueAt(feature: i32, rank: u32): f64 {
  return load<f64>(<usize>load<u32>(about + ((<usize>feature) << 3)) + ((<usize>rank) << 3));
}

/** Where a feature's column of cells begins. */
export function columnOf(feature: i32): usize {
  return cells + <usize>feature * <usize>rows * cellBytes;
}
