/** The compiled kernels as base64. */
export const guest: string;
