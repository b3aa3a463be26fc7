import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Canary } from '../support/spellings.ts';

/** What the hook writes down, a line each. */
const recordLine = z.union([
  /** Something that must not be found. `made` says by what: functions of the product, the innermost first. */
  z.object({ secret: z.base64(), made: z.string() }),
  /** Bytes of one request of the page, `in`, or of its answer, `out`, in order. */
  z.object({ bytes: z.base64(), way: z.enum(['in', 'out']), request: z.number(), url: z.string() }),
]);
export type RecordLine = z.infer<typeof recordLine>;

/** Names the file that the hook writes to. */
export const RECORD_SETTING = 'CANARY_RECORD';

/** All that crossed the bridge one way for one request. */
export interface Crossing {
  readonly way: 'in' | 'out';
  readonly url: string;
  readonly bytes: Buffer;
}

/** By whom a secret was made says what it is; the first that fits. */
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/\bnewDek\b/, 'DEK'],
  [/\baddVersion\b/, 'KEK'],
  [/\b(makeRootKey|loadRootKey|createAtRest)\b/, 'root key'],
  [/^randomToken .*\baddRefreshToken\b/, 'refresh token'],
  [/^randomToken .*\bregister\b/, 'enrolment ticket'],
  [/^randomToken .*\bstartEmbedded\b/, 'launch secret'],
  [/^randomToken read\b/, 'device secret'],
];
const TOKENS: Readonly<Record<string, string>> = {
  'sealkeep-kms+jwt': 'authentication token',
  'sealkeep-cloud+jwt': 'cloud token',
  'sealkeep-authz+jwt': 'authorization token',
};
/** What lets a page in, and its files: the page has to hold it, and nothing else takes it. */
const OF_THE_PAGE = /^randomToken .*\b(issue|exchange|ask)\b/;

/** The secrets of a record, each once, and what crossed the bridge. */
export async function readRecord(file: string): Promise<{ canaries: Canary[]; crossings: Crossing[] }> {
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
  const canaries = new Map<string, Canary>();
  const crossings = new Map<string, Crossing>();
  for (const line of lines.map((text) => recordLine.parse(JSON.parse(text)))) {
    if ('secret' in line) {
      if (OF_THE_PAGE.test(line.made)) continue;
      const secret = Buffer.from(line.secret, 'base64');
      const kind = kindOf(line.made, secret);
      if (!canaries.has(line.secret)) canaries.set(line.secret, { kind, secret });
    } else {
      const { way, url, request } = line;
      const before = crossings.get(`${way} ${request}`)?.bytes ?? Buffer.alloc(0);
      const bytes = Buffer.concat([before, Buffer.from(line.bytes, 'base64')]);
      crossings.set(`${way} ${request}`, { way, url, bytes });
    }
  }
  return { canaries: [...canaries.values()], crossings: [...crossings.values()] };
}

function kindOf(made: string, secret: Buffer): string {
  if (made !== 'sign') return KINDS.find(([pattern]) => pattern.test(made))?.[1] ?? `key of ${made}`;
  const [header = ''] = secret.toString('latin1').split('.');
  const { typ } = JSON.parse(Buffer.from(header, 'base64url').toString('utf8')) as { readonly typ: string };
  return TOKENS[typ] ?? `token ${typ}`;
}
