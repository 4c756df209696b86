/** The compiled kernels as base64. */
export const guest: string;
/** The same for engines with relaxed SIMD: products are added at once. */
export const guestRelaxed: string;
