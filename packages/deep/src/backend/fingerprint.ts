import { util } from "./tensors.js";

/** FarmHash's Fingerprint64 of bytes. */
export function fingerprint64(bytes: Uint8Array): bigint {
  const { high, low } = util.fingerPrint64(bytes);
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}
