/** What is computed: values given the training rows of each node, their interactions, or either against background rows. */
export interface ShapKind {
  readonly interactions: boolean;
  readonly background: boolean;
  /** Against background rows: most features of a leaf that gets a table; 0 for none. */
  readonly mostTabled: number;
}

// Bytes as the kernels lay them out, see `assembly/tree-nodes.ts` and `assembly/tree-shap-tables.ts`.

/** Of a tree's plan. */
export const planBytes = 32;
export const nodeBytes = 48;
export const shareBytes = 64;
/** Words of a node where its set of categories, its children, and the kernels' own words begin. */
export const setWord = 5;
export const childWord = 6;
export const ownWord = 8;
