import {
  DataError,
  type Dataset,
  type DatasetSchema,
  defineCodec,
  Estimator,
  type EstimatorTags,
  type FitOptions,
  Model,
  type Transforms,
} from "@strata-ml/core";
import { z } from "zod";
import { type TermIndex, termIndex, type Weigh } from "./document-terms.js";
import { requireTerms, termsState } from "./vectorized-state.js";
import { learnVocabularies, vectorizeFeatures } from "./vectorize.js";
import { refuseUnused, vectorizerParams } from "./vectorizer-params.js";
import type { Vocabulary } from "./vocabulary.js";

const params = z
  .strictObject({
    ...vectorizerParams,
    norm: z
      .enum(["l1", "l2"])
      .nullable()
      .default("l2")
      .describe("What is brought to 1 in each row: the sum of magnitudes, of squares, or nothing"),
    useIdf: z
      .boolean()
      .default(true)
      .describe("Whether terms are weighed by their inverse document frequency"),
    smoothIdf: z
      .boolean()
      .default(true)
      .describe("Whether document frequencies count one more row that holds every term"),
    sublinearTf: z.boolean().default(false).describe("Whether a count c is taken as 1 + ln(c)"),
  })
  .superRefine(refuseUnused)
  .refine(({ useIdf, smoothIdf }) => useIdf || smoothIdf, {
    message: "must be true where useIdf is off",
    path: ["smoothIdf"],
  });

/**
 * Texts as weights of their terms, counts times inverse document frequency, each row brought to length 1, as
 * scikit-learn's TfidfVectorizer: idf = ln((1 + rows) / (1 + rows with the term)) + 1. Each text feature becomes a sparse
 * block under its name, whose elements are called as its terms, in the order of their characters. A missing text is an
 * empty one.
 *
 * @throws DataError for features that are not text, and texts without any term to keep.
 * @example
 * const model = await new TfidfVectorizer({ ngramRange: [1, 2] }).fit(fromColumns({ note: text(["rent paid", "rent due"]) }));
 * model.terms[0]; // ["due", "paid", "rent", "rent due", "rent paid"]
 * model.transform(fromColumns({ note: text(["rent"]) })).column("note", "sparse").values; // [1]
 */
export class TfidfVectorizer extends Estimator<typeof params, TfidfVectorizerModel> {
  readonly type = "classical/tfidf-vectorizer";
  readonly tags: EstimatorTags = {
    kind: "transformer",
    accepts: ["text"],
    target: "none",
    missing: true,
    imputes: true,
    sampleWeight: false,
  };

  constructor(input?: z.input<typeof params>) {
    super(params, input);
  }

  async fit(data: Dataset, options: FitOptions = {}): Promise<TfidfVectorizerModel> {
    const learned = await learnVocabularies(this.owner, data, this.params, options);
    const idf = learned.map((vocabulary) => this.inverseFrequency(vocabulary, data.rows));
    const terms = learned.map((vocabulary) => vocabulary.terms);
    return new TfidfVectorizerModel(this, data.featureSchema, terms, idf);
  }

  private inverseFrequency({ terms, documents }: Vocabulary, rows: number): Float64Array {
    if (!this.params.useIdf) return new Float64Array(terms.length).fill(1);
    const extra = this.params.smoothIdf ? 1 : 0;
    return documents.map((count, index) => {
      if (count + extra === 0)
        throw new DataError(
          this.owner,
          `each term of the vocabulary must be in some row, received none with "${terms[index]}" (set smoothIdf)`,
        );
      return Math.log((rows + extra) / (count + extra)) + 1;
    });
  }
}

export class TfidfVectorizerModel extends Model<TfidfVectorizer> implements Transforms {
  private readonly index: readonly TermIndex[];

  constructor(
    estimator: TfidfVectorizer,
    features: DatasetSchema,
    /** The terms of each text feature. */
    readonly terms: readonly (readonly string[])[],
    /** The weight of each term of each text feature; 1 where `useIdf` is off. */
    readonly idf: readonly Float64Array[],
  ) {
    super(estimator, features);
    this.index = terms.map(termIndex);
  }

  /** Each text feature as a sparse block of weights. */
  transform(data: Dataset): Dataset {
    const { params } = this.estimator;
    const { binary, sublinearTf, norm } = params;
    const weigh =
      (feature: number): Weigh =>
      (indices, values, from, to) => {
        const idf = this.idf[feature];
        let sum = 0;
        for (let p = from; p < to; p++) {
          const count = binary ? 1 : values[p];
          const value = (sublinearTf ? 1 + Math.log(count) : count) * idf[indices[p]];
          values[p] = value;
          sum += norm === "l2" ? value * value : Math.abs(value);
        }
        if (norm === null || sum === 0) return;
        const length = norm === "l2" ? Math.sqrt(sum) : sum;
        for (let p = from; p < to; p++) values[p] /= length;
      };
    return vectorizeFeatures(this.owner, this.features, data, this.index, params, weigh);
  }
}

export const tfidfVectorizerCodec = defineCodec({
  type: "classical/tfidf-vectorizer",
  state: termsState,
  estimator: (input) => new TfidfVectorizer(input),
  encode: (model: TfidfVectorizerModel) => ({
    state: { terms: model.terms.map((list) => [...list]) },
    tensors: Object.fromEntries(model.idf.map((idf, j) => [`idf${j}`, idf])),
  }),
  decode: ({ estimator, features, state: { terms }, tensors }) => {
    requireTerms(estimator.owner, features, terms);
    const idf = terms.map((list, j) => tensors.float64(`idf${j}`, list.length));
    return new TfidfVectorizerModel(estimator, features, terms, idf);
  },
});
