import { adamKernel } from "./adam.js";
import { attentionGradientKernel, attentionKernel } from "./attention.js";
import { conv2DBackpropFilterKernel, conv2DBackpropInputKernel } from "./convolution.js";
import { depthwiseBackpropFilterKernel, depthwiseBackpropInputKernel } from "./depthwise-convolution.js";
import { gruGradientKernel, gruKernel } from "./gru.js";
import { type HostKernel, registerHostKernel } from "./host-kernel.js";
import type { HostBackendName } from "./host-memory.js";
import { keptScaleKernel } from "./kept-scale.js";
import { concatKernel, identityKernel, sliceKernel, splitKernel } from "./layout.js";
import { lstmGradientKernel, lstmKernel } from "./lstm.js";
import { batchMatMulKernel } from "./mat-mul.js";
import { maxOverStepsGradientKernel, maxOverStepsKernel } from "./max-pool.js";
import { averagePoolGradientKernel, maxPoolGradientKernel } from "./pool-gradient.js";
import { meanKernel, sumKernel } from "./reduce.js";
import { gatherKernel, unsortedSegmentSumKernel } from "./segment-sum.js";
import { standardiseGradientKernel, standardiseKernel } from "./standardise.js";
import { tanhKernel } from "./tanh.js";
import { foldKernel, unfoldKernel } from "./windows.js";

const everywhere: readonly HostKernel[] = [
  unsortedSegmentSumKernel,
  gatherKernel,
  maxOverStepsKernel,
  maxOverStepsGradientKernel,
  maxPoolGradientKernel,
  averagePoolGradientKernel,
  standardiseKernel,
  standardiseGradientKernel,
  gruKernel,
  gruGradientKernel,
  lstmKernel,
  lstmGradientKernel,
  unfoldKernel,
  foldKernel,
  attentionKernel,
  attentionGradientKernel,
  adamKernel,
  keptScaleKernel,
];

/** By backend: what it lacks, what it has wrong or slow, and the kernels of our own layers. */
const kernels: Readonly<Record<HostBackendName, readonly HostKernel[]>> = {
  cpu: everywhere,
  wasm: [
    ...everywhere,
    batchMatMulKernel,
    concatKernel,
    splitKernel,
    identityKernel,
    sliceKernel,
    tanhKernel,
    sumKernel,
    meanKernel,
    conv2DBackpropFilterKernel,
    conv2DBackpropInputKernel,
    depthwiseBackpropFilterKernel,
    depthwiseBackpropInputKernel,
  ],
};

const done = new Set<HostBackendName>();

/** Registers our kernels for a backend, once. Call it after the backend's package is loaded and before it starts. */
export function registerKernels(backendName: HostBackendName): void {
  if (done.has(backendName)) return;
  done.add(backendName);
  for (const kernel of kernels[backendName]) registerHostKernel(kernel, backendName);
}
