/** Name of one input array of a batch. Parts are kept apart by a character that JSON would escape, so no column name can make two alike. */
export function feedKey(...parts: readonly string[]): string {
  return JSON.stringify(parts);
}

/** Name of the mask of a text or sequence column. */
export function maskKey(group: "text" | "sequence", column: string): string {
  return feedKey(group, column, "mask", "of", "steps");
}
