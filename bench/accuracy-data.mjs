// Three data sets that networks learn, made anew from a seed: drawn digits, documents with negations, and curves that turn.

/** Strokes of each digit: points in a square from 0 to 1, x to the right and y down. */
const arc = (x, y, width, height, from, to) =>
  Array.from({ length: 9 }, (_, i) => {
    const angle = (Math.PI / 180) * (from + ((to - from) * i) / 8);
    return [x + width * Math.cos(angle), y + height * Math.sin(angle)];
  });
const line = (...points) => points;
const glyphs = [
  [arc(0.5, 0.5, 0.28, 0.42, 0, 360)],
  [line([0.32, 0.25], [0.55, 0.08], [0.55, 0.92])],
  [[...arc(0.5, 0.3, 0.27, 0.22, -170, 40), [0.25, 0.92], [0.78, 0.92]]],
  [arc(0.47, 0.3, 0.26, 0.21, -150, 90), arc(0.47, 0.71, 0.29, 0.21, -90, 150)],
  [line([0.62, 0.92], [0.62, 0.08], [0.22, 0.65], [0.82, 0.65])],
  [[[0.74, 0.08], [0.32, 0.08], [0.29, 0.46], ...arc(0.48, 0.66, 0.28, 0.25, -100, 150)]],
  [[[0.66, 0.08], [0.36, 0.4], ...arc(0.5, 0.68, 0.25, 0.23, 180, 540)]],
  [line([0.22, 0.08], [0.78, 0.08], [0.42, 0.92])],
  [arc(0.5, 0.29, 0.22, 0.2, 90, 450), arc(0.5, 0.71, 0.26, 0.22, -90, 270)],
  [[...arc(0.5, 0.32, 0.25, 0.23, 0, 360), [0.72, 0.6], [0.6, 0.92]]],
];

/** Grey images of `side` x `side` pixels: a digit turned, sheared, moved and bent, a stroke of clutter, and noise. */
export function digits({ side }, total, random) {
  const pixels = Array.from({ length: side * side }, () => new Float64Array(total));
  const target = new Float64Array(total);
  const draw = random.fork("digits");
  const about = (range) => (2 * draw.uniform() - 1) * range;
  for (let row = 0; row < total; row++) {
    const digit = draw.integer(10);
    target[row] = digit;
    const [turn, shear, scale] = [about(0.45), about(0.3), 0.9 + about(0.15)];
    const [right, down] = [about(0.12), about(0.12)];
    const placed = ([x, y]) => {
      const [u, v] = [x - 0.5 + about(0.025), y - 0.5 + about(0.025)];
      const [a, b] = [u + shear * v, v];
      const cos = scale * Math.cos(turn);
      const sin = scale * Math.sin(turn);
      return [0.5 + right + cos * a - sin * b, 0.5 + down + sin * a + cos * b];
    };
    const strokes = glyphs[digit].map((stroke) => stroke.map(placed));
    const start = [draw.uniform(), draw.uniform()];
    strokes.push([start, [start[0] + about(0.35), start[1] + about(0.35)]]);
    const thickness = 0.035 + 0.035 * draw.uniform();
    const ink = 0.6 + 0.4 * draw.uniform();
    for (let p = 0; p < side * side; p++) {
      const far = distance([((p % side) + 0.5) / side, (Math.floor(p / side) + 0.5) / side], strokes);
      const grey = ink / (1 + Math.exp((far - thickness) * 60)) + 0.13 * draw.normal();
      pixels[p][row] = Math.min(1, Math.max(0, grey));
    }
  }
  return [...pixels, target];
}

/** From a point to the nearest stroke. */
function distance([x, y], strokes) {
  let least = Number.POSITIVE_INFINITY;
  for (const stroke of strokes) {
    for (let i = 1; i < stroke.length; i++) {
      const [[x0, y0], [x1, y1]] = [stroke[i - 1], stroke[i]];
      const [dx, dy] = [x1 - x0, y1 - y0];
      const along = ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy || 1);
      const t = Math.min(1, Math.max(0, along));
      least = Math.min(least, Math.hypot(x - x0 - t * dx, y - y0 - t * dy));
    }
  }
  return least;
}

/** Words by what they do: the first codes negate, the next stress, then come praise, blame and all others. */
const negators = 6;
const stresses = 8;
const opinions = 40;

/**
 * Documents of 10 to `tokens` words out of `vocabulary`, 0 behind the last. The label says whether they praise or blame.
 * Each opinion is of the label's side more often than not, and is said straight or by negating its opposite: which words
 * there are tells little, which word stands before which tells more.
 */
export function documents({ tokens, vocabulary }, total, random) {
  const draw = random.fork("documents");
  const columns = Array.from({ length: tokens }, () => new Float64Array(total));
  const target = new Float64Array(total);
  const firstOpinion = 1 + negators + stresses;
  const firstOther = firstOpinion + 2 * opinions;
  // A few words are common, most are rare.
  const rank = (count) => Math.floor(count * draw.uniform() ** 2.5);
  const others = (count) => Array.from({ length: count }, () => firstOther + rank(vocabulary - firstOther));
  for (let row = 0; row < total; row++) {
    const label = draw.integer(2);
    target[row] = label;
    const length = 10 + Math.floor((tokens - 9) * draw.uniform() ** 1.3);
    const words = [];
    while (words.length < length) {
      words.push(...others(1 + draw.integer(4)));
      const praises = draw.uniform() < 0.87 === (label === 1);
      const negated = draw.uniform() < 0.3;
      if (negated) words.push(1 + draw.integer(negators));
      if (draw.uniform() < 0.3) words.push(1 + negators + draw.integer(stresses));
      words.push(firstOpinion + (praises !== negated ? 0 : opinions) + rank(opinions));
      words.push(...others(draw.integer(4)));
    }
    words.slice(0, length).forEach((word, t) => (columns[t][row] = word));
  }
  return [...columns, target];
}

/**
 * Histories of `steps` / 2 to `steps` steps of two numbers, NaN behind the last: a point going round in noise, at one of three
 * speeds in one of two directions, from anywhere. The classes are speed and direction, which no single step tells.
 */
export function turns({ steps }, total, random) {
  const draw = random.fork("turns");
  const columns = Array.from({ length: 2 * steps }, () => new Float64Array(total).fill(Number.NaN));
  const target = new Float64Array(total);
  for (let row = 0; row < total; row++) {
    const label = draw.integer(6);
    target[row] = label;
    const speed = [0.35, 0.55, 0.8][label >> 1] * (1 + 0.1 * draw.normal()) * (label % 2 === 0 ? 1 : -1);
    const from = 2 * Math.PI * draw.uniform();
    const length = Math.ceil(steps / 2) + draw.integer(Math.floor(steps / 2) + 1);
    for (let t = 0; t < length; t++) {
      columns[2 * t][row] = 3 + Math.cos(from + speed * t) + 0.5 * draw.normal();
      columns[2 * t + 1][row] = 4 * (Math.sin(from + speed * t) + 0.5 * draw.normal());
    }
  }
  return [...columns, target];
}
