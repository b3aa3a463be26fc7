import { z } from 'zod';
import { SealkeepError } from '../../../shared/errors/error.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads settings by their names from the environment, once. An empty value counts as absent.
 * @throws SealkeepError CONFIG_INVALID naming the first setting that does not fit, and why.
 */
export function readSettings<Shape extends z.ZodRawShape>(
  shape: Shape,
  environment: Environment,
): z.output<z.ZodObject<Shape>> {
  const names = Object.keys(shape);
  const present = Object.fromEntries(
    names.map((name) => [name, environment[name]]).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = z.object(shape).safeParse(present);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new SealkeepError('CONFIG_INVALID', {
    name: String(issue?.path[0] ?? 'environment'),
    reason: issue?.message ?? 'it cannot be read',
  });
}

/** A comma-separated list; blanks around its parts do not count. */
export const csv = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);

/** A whole number; `what` says in the sentence of a refusal what it should be. */
export function wholeNumber(what: string, min: number, max = Number.MAX_SAFE_INTEGER) {
  const error = `it is not ${what}`;
  return z.coerce.number({ error }).int(error).min(min, error).max(max, error);
}

/** A port that a server for others can be called by; a free one of the system's choice would be another each time. */
export const port = wholeNumber('a port, from 1 to 65535', 1, 65_535);

/** How long what has begun may take once a server stops; by default within what container engines wait until they kill. */
export const stopSeconds = wholeNumber('a number of seconds', 0, 86_400).default(8);
