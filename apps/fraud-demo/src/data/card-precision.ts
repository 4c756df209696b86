import { DataError } from "@strata-ml/core";

/** Scored transactions, a value a row. */
export interface ScoredCards {
  /** Day of the transaction, any whole number. */
  readonly day: ArrayLike<number>;
  readonly customer: ArrayLike<number>;
  /** 0 or 1. */
  readonly label: ArrayLike<number>;
  readonly score: ArrayLike<number>;
}

/**
 * Card precision at k: a day at a time, each customer counts with their highest score and highest label; of the k
 * customers with the highest scores, the share with a fraud. Customers found are left out on later days. The mean over the
 * days. Ties go to the lower customer number.
 *
 * Source: Le Borgne et al., Reproducible Machine Learning for Credit Card Fraud Detection (2022), section 4.4.
 *
 * @throws DataError for columns of unequal length, no rows, or k below 1.
 * @example
 * cardPrecisionAtK({ day: [0, 0], customer: [1, 2], label: [1, 0], score: [0.9, 0.2] }, 1); // 1
 */
export function cardPrecisionAtK({ day, customer, label, score }: ScoredCards, k: number): number {
  const owner = "cardPrecisionAtK";
  if (!(Number.isInteger(k) && k >= 1))
    throw new DataError(owner, `k must be a whole number >= 1, received ${k}`);
  const rows = day.length;
  for (const [name, values] of Object.entries({ customer, label, score })) {
    if (values.length !== rows)
      throw new DataError(owner, `${name} must have ${rows} values as day has, received ${values.length}`);
  }
  if (rows === 0) throw new DataError(owner, "there must be at least one transaction, received none");

  const days = new Map<number, Map<number, { score: number; fraud: boolean }>>();
  for (let i = 0; i < rows; i++) {
    let cards = days.get(day[i]);
    if (cards === undefined) days.set(day[i], (cards = new Map()));
    const card = cards.get(customer[i]);
    if (card === undefined) cards.set(customer[i], { score: score[i], fraud: label[i] === 1 });
    else {
      card.score = Math.max(card.score, score[i]);
      card.fraud ||= label[i] === 1;
    }
  }
  const found = new Set<number>();
  let sum = 0;
  for (const [, cards] of [...days].sort(([a], [b]) => a - b)) {
    const top = [...cards]
      .filter(([id]) => !found.has(id))
      .sort(([idA, a], [idB, b]) => b.score - a.score || idA - idB)
      .slice(0, k)
      .filter(([, card]) => card.fraud);
    for (const [id] of top) found.add(id);
    sum += top.length / k;
  }
  return sum / days.size;
}
