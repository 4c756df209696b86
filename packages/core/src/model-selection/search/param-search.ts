import type { z } from "zod";
import type { Dataset } from "../../dataset/dataset.js";
import { canFitTransform, type FitTransforms, type Transforms } from "../../estimator/capabilities.js";
import { type Composite, type ParamPatch, withParams } from "../../estimator/composite.js";
import {
  type AnyEstimator,
  type DataOf,
  Estimator,
  type EstimatorJson,
  type EstimatorTags,
} from "../../estimator/estimator.js";
import { requireFitOptions } from "../../estimator/check-fit-options.js";
import type { FitOptions } from "../../estimator/fit-options.js";
import { nestedOptions } from "../../estimator/fit-run.js";
import { fitTransform } from "../../estimator/fit-transform.js";
import type { Model } from "../../estimator/model.js";
import { requireDataset } from "../../guard.js";
import type { RegistryModule } from "../fit-fold.js";
import { innerSplit } from "../inner-split.js";
import { requireRegistryModule } from "../run-folds.js";
import { resolveScorers } from "../scoring.js";
import type { Scorer } from "../scorer.js";
import { crossValidateCandidates } from "./cross-validate-candidates.js";
import { candidateEstimators, describeParams } from "./param-grid.js";
import { refitIndex, type searchParams, searchToJson } from "./search-params.js";
import { type FittedSearch, SearchModel } from "./search-model.js";
import { bestOf, type SearchChoice, searchResults, type SearchTable } from "./search-results.js";

type SearchSchema = z.ZodObject<typeof searchParams>;

/** Options of a search's fit: with an executor, which needs a registry to send estimators with, the folds run there. */
export interface SearchFitOptions<D extends Dataset = Dataset> extends FitOptions<D> {
  readonly registry?: RegistryModule;
}

/** The dataset that a search of an estimator is fitted on. */
type SearchData<E> = DataOf<E> & Dataset;

/** A search for any estimator. */
export type AnySearch = ParamSearch<AnyEstimator>;

type Candidates = readonly Readonly<Record<string, unknown>>[];

/** What the searches share: candidates are cross-validated, and the best one is fitted on all rows. */
export abstract class ParamSearch<E extends AnyEstimator>
  extends Estimator<SearchSchema, FittedSearch<E>, SearchData<E>>
  implements Composite<{ readonly estimator: E }>
{
  /** What each candidate sets, in the order in which they are tried. */
  readonly candidates: readonly ParamPatch<E>[];
  /** What decides between them. */
  readonly choice: SearchChoice;
  /** Only where the estimator has it. */
  readonly fitTransform?: FitTransforms["fitTransform"];
  private readonly scorers: readonly Scorer[];
  private readonly source: string;

  /** `source` names the param that the candidates are made from. */
  protected constructor(
    schema: z.ZodObject,
    input: object,
    source: string,
    makeCandidates: (owner: string, params: Readonly<Record<string, unknown>>) => Candidates,
  ) {
    super(schema as SearchSchema, input as z.input<SearchSchema>);
    const { estimator, scoring, refit } = this.params;
    this.source = source;
    this.scorers = resolveScorers(this.owner, scoring);
    const names = this.scorers.map(({ name }) => name);
    const chosen = refitIndex(this.owner, names, refit);
    this.choice = { names, chosen, greaterIsBetter: this.scorers[chosen].greaterIsBetter };
    const candidates = makeCandidates(this.owner, this.params);
    candidateEstimators(this.owner, estimator, candidates); // a bad value must show before anything is fitted
    this.candidates = candidates as readonly ParamPatch<E>[];
    if (canFitTransform(estimator))
      this.fitTransform = (data, options) => this.searchAndTransform(data, options);
  }

  get tags(): EstimatorTags {
    return this.params.estimator.tags;
  }

  get parts(): { readonly estimator: E } {
    return { estimator: this.params.estimator as E };
  }

  withParts(patch: { readonly estimator?: AnyEstimator }): this {
    return this.with(patch);
  }

  override toJSON(): EstimatorJson {
    return { type: this.type, params: searchToJson(this.owner, this.params, this.source) };
  }

  /**
   * Cross-validates every candidate and fits the best one on all rows.
   *
   * @throws errors of a fold, which name it and the candidate and keep their kind; ParamError for an executor without a
   * registry; rejects with `signal.reason` when aborted.
   */
  async fit(data: SearchData<E>, options: SearchFitOptions<SearchData<E>> = {}): Promise<FittedSearch<E>> {
    const table = await this.compare(data, options);
    const { best, train, nested } = this.refit(data, table, options);
    return this.fitted(data, await best.fit(train, nested), table);
  }

  private async searchAndTransform(
    data: Dataset,
    options: SearchFitOptions = {},
  ): Promise<{ readonly model: Model & Transforms; readonly data: Dataset }> {
    const table = await this.compare(data, options);
    const { best, train, nested } = this.refit(data, table, options);
    const { model, data: transformed } = await fitTransform(best, train, nested);
    return { model: this.fitted(data, model, table) as unknown as Model & Transforms, data: transformed };
  }

  private compare(data: Dataset, options: SearchFitOptions): Promise<SearchTable> {
    requireFitOptions(this.owner, options);
    requireDataset(this.owner, data);
    requireRegistryModule(this.owner, options.executor, options.registry);
    const { estimator, cv, validation } = this.params;
    const estimators = candidateEstimators(this.owner, estimator, this.candidates as Candidates);
    const candidates = estimators.map((candidate, c) => ({
      estimator: candidate,
      name: describeParams(this.candidates[c]),
    }));
    return crossValidateCandidates(
      this.owner,
      candidates,
      { scorers: this.scorers, cv, validation },
      data,
      options,
    );
  }

  /** The best candidate, and what it is fitted on. */
  private refit(
    data: Dataset,
    table: SearchTable,
    options: SearchFitOptions,
  ): { readonly best: AnyEstimator; readonly train: Dataset; readonly nested: FitOptions } {
    const { estimator, validation } = this.params;
    const results = searchResults(this.candidates, table, this.choice);
    const { params } = results[bestOf(this.owner, results, this.choice)];
    const best = withParams<AnyEstimator>(estimator, params);
    if (options.validation !== undefined || validation === null) {
      return { best, train: data, nested: nestedOptions(options, this.owner, "best", options.validation) };
    }
    const { train, test } = innerSplit(this.owner, validation, best, data);
    const nested = nestedOptions(options, this.owner, "best", data.take(test));
    return { best, train: data.take(train), nested };
  }

  private fitted(data: Dataset, bestModel: Model, table: SearchTable): FittedSearch<E> {
    return new SearchModel<E>(this, data.featureSchema, bestModel, table) as FittedSearch<E>;
  }
}
