/**
 * The candidate that a mistyped name is likely to mean; `undefined` where none is near. Case, hyphens and underscores
 * do not count.
 */
export function similarName(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = plain(name);
  const allowed = allowedEdits(wanted);
  let best: { readonly candidate: string; readonly distance: number } | undefined;
  for (const candidate of candidates) {
    const letters = plain(candidate);
    if (Math.abs(wanted.length - letters.length) > allowed) continue;
    const distance = editDistance(wanted, letters);
    if (distance <= allowed && distance < (best?.distance ?? Number.POSITIVE_INFINITY))
      best = { candidate, distance };
  }
  return best?.candidate;
}

/** A third of the letters may be wrong, and never all of them. */
function allowedEdits(name: string): number {
  return Math.min(3, Math.max(1, Math.floor(name.length / 3)), name.length - 1);
}

function plain(name: string): string {
  return name.slice(0, 100).toLowerCase().replace(/[-_]/g, "");
}

/** Letters to insert, delete, replace or swap with their neighbour. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replaced = (last[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const swapped =
        row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
          ? (beforeLast[column - 2] ?? 0) + 1
          : replaced;
      current.push(Math.min((last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, replaced, swapped));
    }
    [beforeLast, last] = [last, current];
  }
  return last[b.length] ?? 0;
}
