import type { Random } from "@strata-ml/core";
import type { Tensor } from "../backend/tensors.js";

/**
 * What flows between layers: one vector a row, a vector for each step of a row (ragged: padded, with a mask),
 * one code a row, a code for each step, or an image.
 */
export type NodeKind = "vector" | "steps" | "code" | "stepCodes" | "image";

/** Kinds whose numbers lie along a last axis of `width`: what dense layers, dropout and norms take. */
export type NumberKind = "vector" | "steps" | "image";

/** Kinds whose nodes are described by their width alone. */
export type SizelessKind = Exclude<NodeKind, "image">;

/** Pixels of an image. */
export interface ImageSize {
  readonly rows: number;
  readonly columns: number;
}

/** A layer's output, before there are any numbers: what layers take and give while a network is being built. */
export interface Node<K extends NodeKind = NodeKind> {
  readonly kind: K;
  /** Of vectors and steps the length of each vector, of images the channels, of codes how many different ones there are. */
  readonly width: number;
  /** Only an image has one. */
  readonly size: K extends "image" ? ImageSize : undefined;
  readonly operation: Operation;
}

export type Vector = Node<"vector">;
export type Steps = Node<"steps">;
export type Code = Node<"code">;
export type StepCodes = Node<"stepCodes">;
export type Image = Node<"image">;

/**
 * Numbers of a node for one batch: rows x width; rows x steps x width with a mask of rows x steps (1 for a real step);
 * or, of an image, rows x its rows x its columns x width.
 */
export interface Value {
  readonly tensor: Tensor;
  readonly mask?: Tensor;
}

/** How a node's numbers come from those of the nodes before it. A pure function of its inputs and of what `run` holds. */
export interface Operation {
  readonly inputs: readonly Node[];
  readonly run: (inputs: readonly Value[], run: NetworkRun) => Value;
}

/** One batch going through a network. */
interface NetworkRun {
  /** Whether dropout drops and batch statistics are taken. */
  readonly training: boolean;
  /** An input of the batch. */
  feed(key: string): Tensor;
  weight(name: string): Tensor;
  /** The random numbers of one layer in this training step: equal in every run with the same seed. */
  random(layer: string): Random;
  /** Adds to the loss of the batch's rows: a number for each of them, or one for all. */
  addLoss(term: Tensor): void;
  /** Replaces a weight that is not trained, such as a running mean, after this step. */
  update(name: string, value: Tensor): void;
}
