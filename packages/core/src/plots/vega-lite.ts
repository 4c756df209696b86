/** A Vega-Lite specification (version 6) as a plain object, its data inside: every renderer of Vega-Lite draws it. */
export interface VegaLiteSpec {
  readonly $schema: string;
  readonly [property: string]: unknown;
}

/** A specification of the given parts. */
export function vegaLite(parts: Readonly<Record<string, unknown>>): VegaLiteSpec {
  return { $schema: "https://vega.github.io/schema/vega-lite/v6.json", ...parts };
}
