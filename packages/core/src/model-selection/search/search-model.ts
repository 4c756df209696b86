import type { Codec, DecodedParts, EncodedModel } from "../../artifact/codec.js";
import type { DatasetSchema } from "../../dataset/schema.js";
import type { ParamPatch } from "../../estimator/composite.js";
import { type Delegated, delegateCapabilities } from "../../estimator/delegate.js";
import type { AnyEstimator, ModelOf } from "../../estimator/estimator.js";
import { Model } from "../../estimator/model.js";
import { ArtifactError } from "../../errors.js";
import type { AnySearch, ParamSearch } from "./param-search.js";
import { bestOf, type SearchResult, searchResults, type SearchTable } from "./search-results.js";

/** A fitted search: it can do what the best candidate's model can. */
export type FittedSearch<E extends AnyEstimator> = SearchModel<E> & Delegated<ModelOf<E>>;

/** The best candidate, fitted on all rows, and how every candidate did. */
export class SearchModel<E extends AnyEstimator = AnyEstimator> extends Model<ParamSearch<E>> {
  /** The best candidate's model, fitted on all rows. */
  readonly bestModel: ModelOf<E>;
  /** What the best candidate sets. */
  readonly bestParams: ParamPatch<E>;
  /** Mean over the folds of the scoring that chooses. */
  readonly bestScore: number;
  /** Place of the best candidate in {@link results}. */
  readonly bestIndex: number;
  /** One a candidate, in the order in which they were made. */
  readonly results: readonly SearchResult<E>[];
  /** The results as matrices. */
  readonly table: SearchTable;

  constructor(estimator: ParamSearch<E>, features: DatasetSchema, bestModel: Model, table: SearchTable) {
    super(estimator, features);
    const { choice } = estimator;
    this.table = table;
    this.results = searchResults(estimator.candidates, table, choice);
    this.bestIndex = bestOf(estimator.owner, this.results, choice);
    const best = this.results[this.bestIndex];
    this.bestParams = best.params;
    this.bestScore = best.mean[choice.names[choice.chosen]];
    this.bestModel = bestModel as ModelOf<E>;
    delegateCapabilities(this, bestModel, (data) => data);
  }
}

type SearchCodec = Pick<Codec<SearchModel, AnySearch, null>, "encode" | "decode">;

/** How a fitted search goes into an artifact, whatever its candidates come from. */
export const searchModelCodec: SearchCodec = {
  encode({ table, bestModel }): EncodedModel<null> {
    const scores = Object.fromEntries(table.scores.map((matrix, scorer) => [`scores${scorer}`, matrix]));
    return {
      state: null,
      tensors: { ...scores, fitSeconds: table.fitSeconds },
      children: { best: bestModel as Model },
    };
  },
  decode({ estimator, features, tensors, children }: DecodedParts<AnySearch, null>): SearchModel {
    const { owner, candidates, choice } = estimator;
    const first = tensors.matrix("scores0", candidates.length);
    if (first.columns < 1) throw new ArtifactError(owner, "scores must be of at least 1 fold, received none");
    const scores = choice.names.map((_, scorer) =>
      tensors.matrix(`scores${scorer}`, candidates.length, first.columns),
    );
    const best = children.best;
    if (best?.type !== estimator.params.estimator.type)
      throw new ArtifactError(
        owner,
        `the best model must be ${estimator.params.estimator.type}, received ${best?.type ?? "none"}`,
      );
    const fitSeconds = tensors.float64("fitSeconds", candidates.length);
    return new SearchModel(estimator, features, best, { scores, fitSeconds });
  },
};
