import { isPortableFileName } from '../../shared/names/file-name.ts';
import { inBreaths } from '../engine/in-breaths.ts';
import { folded, type NameRules } from './name-rules.ts';

export interface Link {
  /** In the folder that it must not leave. */
  readonly path: string;
  readonly target: string;
}

/** As many as Linux follows. A link that needs more leads in a circle, or is meant to tire somebody. */
const MAX_HOPS = 40;
/** Of one link, through all that it leads through: more is meant to tire somebody as well. */
const MAX_STEPS = 256;

/**
 * Which links lead out of their folder, looked at by their texts alone, also through one another: of `a → sub/deep` and
 * `b → a/../../..` the second one does. So does one that comes back in by the folder's own name, as `self → ../photos` in
 * `photos`: the folder may get another one, and that name then leads into whatever has it. Where names fold, what a name may
 * mean is looked at as well.
 * @param links with the paths that they have, or are to get, in the end. Nothing but folders lies on the way to them.
 */
export async function linksThatLeave<L extends Link>(
  links: readonly L[],
  rules: NameRules,
): Promise<ReadonlySet<L>> {
  const exact = new Map(links.map(({ path, target }) => [path, target]));
  const meant = new Map<string, string>();
  for await (const some of inBreaths(links))
    for (const { path, target } of some) meant.set(folded(path, rules), target);
  const readings = [(path: string) => exact.get(path), (path: string) => meant.get(folded(path, rules))];
  const leaving = new Set<L>();
  for await (const some of inBreaths(links)) {
    for (const link of some) {
      const { path, target } = link;
      const from = path.split('/').slice(0, -1);
      const isPlain = isPlainTarget(target, rules);
      if (!isPlain || readings.some((targetOf) => !staysInside(from, target, targetOf))) leaving.add(link);
    }
  }
  return leaving;
}

/** Relative, with slashes as the only separator, and without what Windows reads more into. */
function isPlainTarget(target: string, { platform }: NameRules): boolean {
  if (target.startsWith('/') || /[\\\0]/.test(target)) return false;
  // Short names (`PROGRA~1`) mean other ones there.
  const isPlain = (step: string) => /^\.{0,2}$/.test(step) || (isPortableFileName(step) && !/~\d/.test(step));
  return platform !== 'win32' || target.split('/').every(isPlain);
}

function staysInside(
  from: readonly string[],
  target: string,
  targetOf: (path: string) => string | undefined,
): boolean {
  const at = [...from];
  const steps = target.split('/').reverse();
  let [hops, taken] = [0, 0];
  for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
    taken += 1;
    if (taken > MAX_STEPS) return false;
    if (step === '' || step === '.') continue;
    if (step === '..') {
      if (at.pop() === undefined) return false;
      continue;
    }
    at.push(step);
    const next = targetOf(at.join('/'));
    if (next === undefined) continue;
    hops += 1;
    if (hops > MAX_HOPS || next.startsWith('/')) return false;
    at.pop();
    steps.push(...next.split('/').reverse());
  }
  return true;
}
