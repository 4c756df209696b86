import { categoryEncoding } from "../preprocessing/layers/category-encoding.js";
import { discretization } from "../preprocessing/layers/discretization.js";
import { hashedCrossing } from "../preprocessing/layers/hashed-crossing.js";
import { hashing } from "../preprocessing/layers/hashing.js";
import { normalization } from "../preprocessing/layers/normalization.js";
import { stringLookup } from "../preprocessing/layers/string-lookup.js";
import { textVectorization } from "../preprocessing/layers/text-vectorization.js";
import type { NetworkInputs } from "./network-inputs.js";
import type { Code, StepCodes, Vector } from "./node.js";

declare const inputs: NetworkInputs;

// A layer's output mode says what a network gets.
inputs.numericColumn("x", normalization()) satisfies Vector;
inputs.numericColumn("x", discretization({ numBins: 3 })) satisfies Code;
const oneHot = discretization({ numBins: 3, outputMode: "oneHot" });
inputs.numericColumn("x", oneHot) satisfies Vector;
inputs.tensorColumn("x", discretization({ numBins: 3 })) satisfies StepCodes;
inputs.tensorColumn("x", categoryEncoding({ numTokens: 3 })) satisfies Vector;
inputs.categoricalColumn("x") satisfies Code;
inputs.categoricalColumn("x", hashing({ numBins: 3 })) satisfies Code;
inputs.categoricalColumn("x", stringLookup({ outputMode: "count" })) satisfies Vector;
inputs.textColumn("x") satisfies StepCodes;
inputs.textColumn("x", textVectorization()) satisfies StepCodes;
inputs.textColumn("x", textVectorization({ outputMode: "tfIdf" })) satisfies Vector;
inputs.textColumn("x", hashing({ numBins: 3 })) satisfies Code;
inputs.crossedColumns(["x", "y"], hashedCrossing({ numBins: 3 })) satisfies Code;

// A layer for other columns is a compile error.
// @ts-expect-error strings go through stringLookup
inputs.numericColumn("x", stringLookup());
// @ts-expect-error numbers go through normalization
inputs.textColumn("x", normalization());
// @ts-expect-error there is no such option
discretization({ bins: 3 });
// @ts-expect-error there is no such mode
discretization({ numBins: 3, outputMode: "tfIdf" });
