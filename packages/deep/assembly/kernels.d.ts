/** The compiled kernels as base64. */
export const kernels: string;
