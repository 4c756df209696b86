/** The compiled kernels as base64: for memory shared between threads, and for memory of one thread. */
export const shared: string;
export const single: string;
