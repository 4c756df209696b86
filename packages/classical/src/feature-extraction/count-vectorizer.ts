import {
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

const params = z.strictObject(vectorizerParams).superRefine(refuseUnused);

/**
 * Texts as counts of their terms (words, or n-grams of words or characters), as scikit-learn's CountVectorizer. Each text
 * feature becomes a sparse block under its name, whose elements are called as its terms, in the order of their
 * characters. A missing text is an empty one.
 *
 * @throws DataError for features that are not text, and texts without any term to keep.
 * @example
 * const model = await new CountVectorizer().fit(fromColumns({ note: text(["rent paid", "gift"]) }));
 * model.terms[0]; // ["gift", "paid", "rent"]
 * model.transform(fromColumns({ note: text(["rent rent"]) })).column("note", "sparse").values; // [2]
 */
export class CountVectorizer extends Estimator<typeof params, CountVectorizerModel> {
  readonly type = "classical/count-vectorizer";
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

  async fit(data: Dataset, options: FitOptions = {}): Promise<CountVectorizerModel> {
    const learned = await learnVocabularies(this.owner, data, this.params, options);
    const terms = learned.map((vocabulary) => vocabulary.terms);
    return new CountVectorizerModel(this, data.featureSchema, terms);
  }
}

export class CountVectorizerModel extends Model<CountVectorizer> implements Transforms {
  private readonly index: readonly TermIndex[];

  constructor(
    estimator: CountVectorizer,
    features: DatasetSchema,
    /** The terms of each text feature. */
    readonly terms: readonly (readonly string[])[],
  ) {
    super(estimator, features);
    this.index = terms.map(termIndex);
  }

  /** Each text feature as a sparse block of counts. */
  transform(data: Dataset): Dataset {
    const { params } = this.estimator;
    const weigh: Weigh = params.binary ? (_, values, from, to) => values.fill(1, from, to) : () => undefined;
    return vectorizeFeatures(this.owner, this.features, data, this.index, params, () => weigh);
  }
}

export const countVectorizerCodec = defineCodec({
  type: "classical/count-vectorizer",
  state: termsState,
  estimator: (input) => new CountVectorizer(input),
  encode: (model: CountVectorizerModel) => ({ state: { terms: model.terms.map((list) => [...list]) } }),
  decode: ({ estimator, features, state: { terms } }) => {
    requireTerms(estimator.owner, features, terms);
    return new CountVectorizerModel(estimator, features, terms);
  },
});
