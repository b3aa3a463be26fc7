import type { Environment } from './settings.ts';

/** A variable that looks like a setting and is none. */
export interface UnknownSetting {
  readonly name: string;
  /** The setting that it is a misspelling of, as far as one can tell. */
  readonly meant: string | undefined;
}

const LIKE_OURS = /^(?:KMS|CLOUD|SEALKEEP|KEY_STORE)_/;

/** What is no setting and nobody's mistake. */
const OF_OTHERS: readonly ((name: string, value: string) => boolean)[] = [
  // Kubernetes and Docker tell each container of a service that is called kms, cloud or sealkeep.
  (name) => /_SERVICE_(?:HOST|PORT(?:_\w+)?)$/.test(name),
  (name) => /_PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?$/.test(name),
  (name, value) => /_PORT$/.test(name) && /^(?:tcp|udp|sctp):\/\//.test(value),
  // Google's machines and images.
  (name) => /^CLOUD_(?:BUILD|ML|RUN|SDK|SHELL)(?:_|$)/.test(name),
  // This repository's tests.
  (name) => name.startsWith('SEALKEEP_TEST_'),
];

/** Variables that begin as settings do, with a value, and that no setting reads. @param known every setting's name. */
export function findUnknownSettings(environment: Environment, known: readonly string[]): UnknownSetting[] {
  return Object.entries(environment)
    .filter(([name, value]) => LIKE_OURS.test(name) && value !== undefined && value !== '')
    .filter(([name]) => !known.includes(name))
    .filter(([name, value = '']) => !OF_OTHERS.some((isTheirs) => isTheirs(name, value)))
    .map(([name]) => ({ name, meant: nearestOf(name, known) }));
}

/**
 * Of a quarter of the letters after the beginning at the most, or one, so that what is meant for another program is not
 * taken for a misspelling: `CLOUD_HOME` is not `CLOUD_HOST`. A beginning too many is one as well.
 */
function nearestOf(name: string, known: readonly string[]): string | undefined {
  const rest = name.replace(LIKE_OURS, '');
  const limit = Math.max(1, Math.floor(rest.length / 4));
  const [nearest] = known
    .map((one) => ({ one, distance: Math.min(editDistance(name, one), editDistance(rest, one)) }))
    .filter(({ distance }) => distance <= limit)
    .sort((left, right) => left.distance - right.distance);
  return nearest?.one;
}

/** Letters to put in, take out, replace or exchange with the next until one text is the other. */
function editDistance(left: string, right: string): number {
  let before: number[] = [];
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 0; i < left.length; i += 1) {
    const next = [i + 1];
    for (let j = 0; j < right.length; j += 1) {
      const replaced = (row[j] ?? 0) + (left[i] === right[j] ? 0 : 1);
      const isExchanged = i > 0 && j > 0 && left[i] === right[j - 1] && left[i - 1] === right[j];
      const exchanged = isExchanged ? (before[j - 1] ?? 0) + 1 : Number.POSITIVE_INFINITY;
      next.push(Math.min(replaced, exchanged, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    before = row;
    row = next;
  }
  return row[right.length] ?? 0;
}
