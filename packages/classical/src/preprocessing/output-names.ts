/** Names made distinct, in order: a name that is taken gets `_2`, `_3`, ... after it. */
export function distinctNames(names: readonly string[], taken: readonly string[] = []): string[] {
  const used = new Set([...taken, ...names]);
  const seen = new Set(taken);
  return names.map((name) => {
    let free = name;
    for (let n = 2; seen.has(free); n++) {
      const next = `${name}_${n}`;
      if (!used.has(next)) free = next;
    }
    seen.add(free);
    used.add(free);
    return free;
  });
}
