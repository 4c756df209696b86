import type { NetworkBuilder } from "./network-builder.js";
import type { Code, Image, Steps, Vector } from "./node.js";

declare const n: NetworkBuilder;
declare const vector: Vector;
declare const steps: Steps;
declare const image: Image;
declare const code: Code;

// Layers keep the kind that they take, and an image keeps its size.
n.dense("a", vector, { units: 1 }) satisfies Vector;
n.dropout("a", steps, { rate: 0.1 }) satisfies Steps;
n.dense("a", image, { units: 1 }) satisfies Image;
n.layerNorm("a", image).size.rows satisfies number;
n.conv2d("a", image, { filters: 1, kernelSize: 3 }) satisfies Image;
n.flatten(n.maxPool2d(image)) satisfies Vector;
n.add(image, image) satisfies Image;
vector.size satisfies undefined;

// @ts-expect-error a convolution over images takes no steps
n.conv2d("a", steps, { filters: 1, kernelSize: 3 });
// @ts-expect-error nor does one over steps take images
n.conv1d("a", image, { filters: 1 });
// @ts-expect-error an image must be flattened or pooled before a layer of vectors
n.maxPool(image);
// @ts-expect-error only an image can be flattened
n.flatten(vector);
// @ts-expect-error codes have no numbers yet
n.dense("a", code, { units: 1 });
// @ts-expect-error a vector has no channels to drop
n.spatialDropout("a", vector, { rate: 0.1 });
// @ts-expect-error an image and a vector are not side by side
n.concat([image, vector]);
// @ts-expect-error a kernel size is asked for
n.conv2d("a", image, { filters: 1 });
// @ts-expect-error nor is their sum taken
n.add(image, vector);
