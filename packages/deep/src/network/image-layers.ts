import { type Conv2dOptions, conv2d } from "../layers/conv2d.js";
import { type Conv2dTransposeOptions, conv2dTranspose } from "../layers/conv2d-transpose.js";
import {
  type DepthwiseConv2dOptions,
  depthwiseConv2d,
  type SeparableConv2dOptions,
  separableConv2d,
} from "../layers/depthwise-conv2d.js";
import { type Borders, crop2d, flatten, toImage, zeroPad2d } from "../layers/image-shape.js";
import {
  averagePool2d,
  globalAveragePool2d,
  globalMaxPool2d,
  maxPool2d,
  type Pool2dOptions,
} from "../layers/pooling2d.js";
import { type Upsample2dOptions, upsample2d } from "../layers/upsample2d.js";
import type { Graph } from "./graph.js";
import type { Image, ImageSize, Vector } from "./node.js";

/** The layers of images: a part of what a network is made with. */
export class ImageLayers {
  constructor(protected readonly graph: Graph) {}

  /** A convolution over an image. */
  conv2d(name: string, input: Image, options: Conv2dOptions): Image {
    return conv2d(this.graph, name, input, options);
  }

  /** The transpose of a convolution, which enlarges an image. */
  conv2dTranspose(name: string, input: Image, options: Conv2dTransposeOptions): Image {
    return conv2dTranspose(this.graph, name, input, options);
  }

  /** A convolution of each channel by itself. */
  depthwiseConv2d(name: string, input: Image, options: DepthwiseConv2dOptions): Image {
    return depthwiseConv2d(this.graph, name, input, options);
  }

  /** A convolution of each channel by itself, then a mix of the channels. */
  separableConv2d(name: string, input: Image, options: SeparableConv2dOptions): Image {
    return separableConv2d(this.graph, name, input, options);
  }

  /** The largest value of each channel in each window of an image. */
  maxPool2d(input: Image, options?: Pool2dOptions): Image {
    return maxPool2d(this.graph.owner, input, options);
  }

  /** The mean of each channel over each window of an image. */
  averagePool2d(input: Image, options?: Pool2dOptions): Image {
    return averagePool2d(this.graph.owner, input, options);
  }

  /** The largest value of each channel in an image. */
  globalMaxPool2d(input: Image): Vector {
    return globalMaxPool2d(input);
  }

  /** The mean of each channel over an image. */
  globalAveragePool2d(input: Image): Vector {
    return globalAveragePool2d(input);
  }

  /** Enlarges an image by whole factors. */
  upsample2d(input: Image, options?: Upsample2dOptions): Image {
    return upsample2d(this.graph.owner, input, options);
  }

  /** Zeros around an image: one pixel wide, or as many as are told. */
  zeroPad2d(input: Image, padding?: Borders): Image {
    return zeroPad2d(this.graph.owner, input, padding);
  }

  /** Takes pixels off the borders of an image. */
  crop2d(input: Image, cropping: Borders): Image {
    return crop2d(this.graph.owner, input, cropping);
  }

  /** All numbers of an image as one vector. */
  flatten(input: Image): Vector {
    return flatten(input);
  }

  /** A vector as an image. */
  toImage(input: Vector, size: ImageSize): Image {
    return toImage(this.graph.owner, input, size);
  }
}
