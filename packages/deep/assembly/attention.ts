// Attention in several heads; see src/backend/kernels/attention.ts, which does the same in plain loops.
import { exp4 } from "./exponential";
import { multiply } from "./multiply";

/** The keys of one row up to the last real one: padding behind it costs nothing. */
function reachOf(mask: usize, keys: i32): i32 {
  let reach = keys;
  while (reach > 0 && load<f32>(mask + ((<usize>(reach - 1)) << 2)) == 0) reach--;
  return reach;
}

/**
 * Shares of the scores of one query in place: softmax over its real keys before `end`, zero for all others.
 */
function softmaxRow(scores: usize, mask: usize, end: i32, keys: i32): void {
  let most: f32 = -Infinity;
  for (let j = 0; j < end; j++) {
    const at = (<usize>j) << 2;
    if (load<f32>(mask + at) != 0) most = max(most, load<f32>(scores + at));
  }
  let total: f32 = 0;
  const highest = f32x4.splat(most);
  let sums = f32x4.splat(0);
  let j = 0;
  for (; j + 4 <= end; j += 4) {
    const at = (<usize>j) << 2;
    const real = f32x4.ne(v128.load(mask + at), f32x4.splat(0));
    const power = v128.and(exp4(f32x4.min(f32x4.sub(v128.load(scores + at), highest), f32x4.splat(0))), real);
    sums = f32x4.add(sums, power);
    v128.store(scores + at, power);
  }
  for (; j < end; j++) {
    const at = (<usize>j) << 2;
    let power: f32 = 0;
    if (load<f32>(mask + at) != 0)
      power = f32x4.extract_lane(exp4(f32x4.splat(load<f32>(scores + at) - most)), 0);
    total += power;
    store<f32>(scores + at, power);
  }
  total += f32x4.extract_lane(sums, 0) + f32x4.extract_lane(sums, 1);
  total += f32x4.extract_lane(sums, 2) + f32x4.extract_lane(sums, 3);
  const scale: f32 = total > 0 ? 1 / total : 0;
  for (let i = 0; i < end; i++) {
    const at = scores + ((<usize>i) << 2);
    store<f32>(at, load<f32>(at) * scale);
  }
  memory.fill(scores + ((<usize>end) << 2), 0, (<usize>(keys - end)) << 2);
}

/** out = x y, number by number. */
function scaleRow(out: usize, x: usize, y: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    const at = (<usize>i) << 2;
    store<f32>(out + at, load<f32>(x + at) * load<f32>(y + at));
  }
}

/**
 * @param kept rows x heads x queries x keys factors of the shares, or 0 for none
 * @param scaled queries x keys of scratch, for `kept`
 */
export function attention(
  query: usize,
  key: usize,
  value: usize,
  mask: usize,
  kept: usize,
  out: usize,
  shares: usize,
  rows: i32,
  heads: i32,
  queries: i32,
  keys: i32,
  width: i32,
  units: i32,
  causal: i32,
  scaled: usize,
  scratch: usize,
): void {
  const askedRow = (<usize>(heads * width)) << 2;
  const toldRow = (<usize>(heads * units)) << 2;
  const shareRow = (<usize>keys) << 2;
  for (let b = 0; b < rows; b++) {
    const real = mask + shareRow * b;
    const reach = reachOf(real, keys);
    for (let h = 0; h < heads; h++) {
      const share = shares + shareRow * ((b * heads + h) * queries);
      const q = query + askedRow * (b * queries) + ((<usize>(h * width)) << 2);
      const k = key + askedRow * (b * keys) + ((<usize>(h * width)) << 2);
      const v = value + toldRow * (b * keys) + ((<usize>(h * units)) << 2);
      const to = out + toldRow * (b * queries) + ((<usize>(h * units)) << 2);
      const none = <f32>-Infinity;
      multiply(q, askedRow, 4, k, 4, askedRow, share, shareRow, 0, 0, queries, width, reach, none, scratch);
      for (let i = 0; i < queries; i++)
        softmaxRow(share + shareRow * i, real, causal != 0 ? min(i + 1, reach) : reach, keys);
      let used = share;
      if (kept != 0) {
        scaleRow(scaled, share, kept + (share - shares), queries * keys);
        used = scaled;
      }
      if (reach > 0)
        multiply(used, shareRow, 4, v, toldRow, 4, to, toldRow, 0, 0, queries, reach, units, none, scratch);
      else for (let i = 0; i < queries; i++) memory.fill(to + toldRow * i, 0, (<usize>units) << 2);
    }
  }
}

/** In place: the gradient of scores from that of scaled shares; with the scale c of a share p, p (c d - sum of p c d). */
function throughSoftmax(d: usize, share: usize, scaled: usize, reach: i32): void {
  let total: f32 = 0;
  for (let i = 0; i < reach; i++) {
    const at = (<usize>i) << 2;
    total += load<f32>(scaled + at) * load<f32>(d + at);
  }
  for (let i = 0; i < reach; i++) {
    const at = (<usize>i) << 2;
    store<f32>(d + at, load<f32>(scaled + at) * load<f32>(d + at) - load<f32>(share + at) * total);
  }
}

/**
 * The gradient for queries, keys and values, all of which are zeros before.
 *
 * @param scaled 2 queries x keys of scratch
 */
export function attentionGradient(
  dy: usize,
  query: usize,
  key: usize,
  value: usize,
  shares: usize,
  mask: usize,
  kept: usize,
  dQuery: usize,
  dKey: usize,
  dValue: usize,
  rows: i32,
  heads: i32,
  queries: i32,
  keys: i32,
  width: i32,
  units: i32,
  scaled: usize,
  scratch: usize,
): void {
  const askedRow = (<usize>(heads * width)) << 2;
  const toldRow = (<usize>(heads * units)) << 2;
  const shareRow = (<usize>keys) << 2;
  const dScores = scaled + shareRow * queries;
  const none = <f32>-Infinity;
  for (let b = 0; b < rows; b++) {
    const reach = reachOf(mask + shareRow * b, keys);
    if (reach == 0) continue;
    for (let h = 0; h < heads; h++) {
      const share = shares + shareRow * ((b * heads + h) * queries);
      const asked = askedRow * (b * queries) + ((<usize>(h * width)) << 2);
      const held = askedRow * (b * keys) + ((<usize>(h * width)) << 2);
      const told = toldRow * (b * keys) + ((<usize>(h * units)) << 2);
      const from = dy + toldRow * (b * queries) + ((<usize>(h * units)) << 2);
      let used = share;
      if (kept != 0) {
        scaleRow(scaled, share, kept + (share - shares), queries * keys);
        used = scaled;
      }
      multiply(
        used,
        4,
        shareRow,
        from,
        toldRow,
        4,
        dValue + told,
        toldRow,
        0,
        0,
        reach,
        queries,
        units,
        none,
        scratch,
      );
      multiply(
        from,
        toldRow,
        4,
        value + told,
        4,
        toldRow,
        dScores,
        shareRow,
        0,
        0,
        queries,
        units,
        reach,
        none,
        scratch,
      );
      for (let i = 0; i < queries; i++) {
        const at = shareRow * i;
        throughSoftmax(dScores + at, share + at, used + at, reach);
      }
      multiply(
        dScores,
        shareRow,
        4,
        key + held,
        askedRow,
        4,
        dQuery + asked,
        askedRow,
        0,
        0,
        queries,
        reach,
        width,
        none,
        scratch,
      );
      multiply(
        dScores,
        4,
        shareRow,
        query + asked,
        askedRow,
        4,
        dKey + held,
        askedRow,
        0,
        0,
        reach,
        queries,
        width,
        none,
        scratch,
      );
    }
  }
}
