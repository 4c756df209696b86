import type { Graph } from "../network/graph.js";
import { glorotUniform, type Initializer, zerosInitializer } from "../network/initializer.js";
import type { Image } from "../network/node.js";
import { activate, activated, type Activation } from "./activation.js";
import { depthwiseConvolution2d } from "./convolution2d.js";
import { affine } from "./dense.js";
import { type Pair, sizeAfter, type WindowOptions, windowOf } from "./image-window.js";

export interface DepthwiseConv2dOptions extends WindowOptions {
  /** Pixels that a filter sees, rows and columns. */
  readonly kernelSize: Pair;
  /** Filters of each channel; default 1. */
  readonly depthMultiplier?: number;
  /** Default linear. */
  readonly activation?: Activation;
  /** Default true. */
  readonly useBias?: boolean;
  /** Default Glorot uniform. */
  readonly depthwiseInitializer?: Initializer;
}

/**
 * A convolution of each channel by itself; as Keras's DepthwiseConv2D. Channel c gives the channels from
 * c x depthMultiplier on. Weights `kernel` (height x width x in x multiplier) and `bias`.
 *
 * @throws ParamError for an option that is none; StrataError where an image is smaller than the window.
 */
export function depthwiseConv2d(
  graph: Graph,
  name: string,
  input: Image,
  options: DepthwiseConv2dOptions,
): Image {
  const { kernelSize, depthMultiplier = 1, activation = "linear", useBias = true } = options;
  const { depthwiseInitializer = glorotUniform } = options;
  const asked = { owner: graph.owner, layer: `layer '${name}'` };
  const window = windowOf(asked, "kernelSize", kernelSize, options);
  const size = sizeAfter(asked, input.size, window);
  const width = input.width * depthMultiplier;
  const shape = [...window.size, input.width, depthMultiplier];
  const kernel = graph.weight(name, "kernel", shape, depthwiseInitializer, { decays: true });
  const bias = useBias ? graph.weight(name, "bias", [width], zerosInitializer) : undefined;
  return graph.image("depthwiseConv2d", name, size, width, [input], ([{ tensor }], run) => {
    const sums = depthwiseConvolution2d(tensor, run.weight(kernel), window);
    return { tensor: activated(activation, sums, bias === undefined ? undefined : run.weight(bias)) };
  });
}

export interface SeparableConv2dOptions extends DepthwiseConv2dOptions {
  readonly filters: number;
  /** Default Glorot uniform. */
  readonly pointwiseInitializer?: Initializer;
}

/**
 * A convolution of each channel by itself, then a mix of the channels of each pixel (Chollet 2017); as Keras's
 * SeparableConv2D. Weights `depthwiseKernel` (height x width x in x multiplier), `pointwiseKernel`
 * (in x multiplier x filters) and `bias`.
 *
 * @throws ParamError for an option that is none; StrataError where an image is smaller than the window.
 */
export function separableConv2d(
  graph: Graph,
  name: string,
  input: Image,
  options: SeparableConv2dOptions,
): Image {
  const { filters, kernelSize, depthMultiplier = 1, activation = "linear", useBias = true } = options;
  const { depthwiseInitializer = glorotUniform, pointwiseInitializer = glorotUniform } = options;
  const asked = { owner: graph.owner, layer: `layer '${name}'` };
  const window = windowOf(asked, "kernelSize", kernelSize, options);
  const size = sizeAfter(asked, input.size, window);
  const shape = [...window.size, input.width, depthMultiplier];
  const depthwise = graph.weight(name, "depthwiseKernel", shape, depthwiseInitializer, { decays: true });
  const mixed = [input.width * depthMultiplier, filters];
  const pointwise = graph.weight(name, "pointwiseKernel", mixed, pointwiseInitializer, { decays: true });
  const bias = useBias ? graph.weight(name, "bias", [filters], zerosInitializer) : undefined;
  return graph.image("separableConv2d", name, size, filters, [input], ([{ tensor }], run) => {
    const seen = depthwiseConvolution2d(tensor, run.weight(depthwise), window);
    const sums = affine(seen, run.weight(pointwise), bias === undefined ? undefined : run.weight(bias));
    return { tensor: activate(activation, sums) };
  });
}
