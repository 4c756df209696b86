import { adamKernel } from "./adam.js";
import { attentionGradientKernel, attentionKernel } from "./attention.js";
import { broadcastKernels } from "./broadcast.js";
import { castKernel } from "./cast.js";
import { conv1dGradientKernel, conv1dKernel } from "./conv1d.js";
import { conv2DBackpropFilterKernel, conv2DBackpropInputKernel } from "./convolution.js";
import { depthwiseBackpropFilterKernel, depthwiseBackpropInputKernel } from "./depthwise-convolution.js";
import {
  dilation2DBackpropFilterKernel,
  dilation2DBackpropInputKernel,
  dilation2DKernel,
} from "./dilation.js";
import { einsumKernel } from "./einsum.js";
import { gruGradientKernel, gruKernel } from "./gru.js";
import { type HostKernel, registerHostKernel } from "./host-kernel.js";
import type { HostBackendName } from "./host-memory.js";
import { keptScaleKernel } from "./kept-scale.js";
import { concatKernel, identityKernel, sliceKernel, splitKernel } from "./layout.js";
import { lstmGradientKernel, lstmKernel } from "./lstm.js";
import { log1pKernel } from "./log1p.js";
import { batchMatMulKernel, fusedMatMulKernel } from "./mat-mul.js";
import { maxOverStepsGradientKernel, maxOverStepsKernel } from "./max-pool.js";
import { averagePoolGradientKernel, maxPoolGradientKernel } from "./pool-gradient.js";
import { meanKernel, sumKernel } from "./reduce.js";
import { refusedKernels } from "./refused.js";
import { gatherKernel, unsortedSegmentSumKernel } from "./segment-sum.js";
import { standardiseGradientKernel, standardiseKernel } from "./standardise.js";
import { tanhKernel } from "./tanh.js";
import { foldKernel, unfoldKernel } from "./windows.js";
import { softmaxKernel } from "./softmax.js";
import { emptyTransposeKernel, reverseKernel, tileKernel, transposeKernel } from "./strided.js";
import { tripletWeightsKernel } from "./triplet-weights.js";
import { conv3DBackpropFilterKernel, conv3DBackpropInputKernel } from "./volume-convolution.js";
import { avgPool3DGradKernel, maxPool3DGradKernel, maxPool3DKernel } from "./volume-pool.js";

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
  tripletWeightsKernel,
  einsumKernel,
  tileKernel,
  reverseKernel,
  concatKernel,
  splitKernel,
  sliceKernel,
  sumKernel,
  meanKernel,
  maxPool3DGradKernel,
  avgPool3DGradKernel,
  conv2DBackpropFilterKernel,
  conv2DBackpropInputKernel,
  depthwiseBackpropFilterKernel,
  depthwiseBackpropInputKernel,
];

/** By backend: what it lacks, what it has wrong or slow, and the kernels of our own layers. */
const kernels: Readonly<Record<HostBackendName, readonly HostKernel[]>> = {
  cpu: [...everywhere, ...broadcastKernels, softmaxKernel, transposeKernel],
  wasm: [
    ...everywhere,
    batchMatMulKernel,
    conv1dKernel,
    conv1dGradientKernel,
    identityKernel,
    tanhKernel,
    fusedMatMulKernel,
    emptyTransposeKernel,
    castKernel,
    log1pKernel,
    maxPool3DKernel,
    conv3DBackpropFilterKernel,
    conv3DBackpropInputKernel,
    dilation2DKernel,
    dilation2DBackpropInputKernel,
    dilation2DBackpropFilterKernel,
  ],
};

const done = new Set<HostBackendName>();

/** How this package treats a backend's kernel: as it came, in a form of its own, or not at all. */
export function kernelState(name: string, backendName: HostBackendName): "stock" | "replaced" | "refused" {
  if (kernels[backendName].some((kernel) => kernel.name === name)) return "replaced";
  return refusedKernels(backendName).some((kernel) => kernel.name === name) ? "refused" : "stock";
}

/** Registers our kernels for a backend, once. Call it after the backend's package is loaded and before it starts. */
export function registerKernels(backendName: HostBackendName): void {
  if (done.has(backendName)) return;
  done.add(backendName);
  for (const kernel of kernels[backendName]) registerHostKernel(kernel, backendName);
  for (const kernel of refusedKernels(backendName)) {
    if (kernelState(kernel.name, backendName) === "refused") registerHostKernel(kernel, backendName);
  }
}
