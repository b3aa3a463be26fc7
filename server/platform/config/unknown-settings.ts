import type { Environment } from './settings.ts';

/** A variable that looks like a setting and is none. */
export interface UnknownSetting {
  readonly name: string;
  /** The setting that it is a misspelling of, as far as one can tell. */
  readonly meant: string | undefined;
}

const LIKE_OURS = /^(?:KMS|CLOUD|SEALKEEP)_/;

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

/** Of a quarter of its letters at the most, so that what is meant for another program is not taken for a misspelling. */
function nearestOf(name: string, known: readonly string[]): string | undefined {
  const limit = Math.floor(name.length / 4);
  const [nearest] = known
    .map((one) => ({ one, distance: editDistance(name, one) }))
    .filter(({ distance }) => distance <= limit)
    .sort((left, right) => left.distance - right.distance);
  return nearest?.one;
}

/** Letters to put in, take out or replace until one text is the other (Levenshtein). */
function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...left].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...right].entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
