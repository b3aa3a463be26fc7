import { z } from 'zod';
import { SealkeepError } from '../errors/error.ts';

const ID = '[A-Za-z0-9_-]{22}';
const PATTERN = new RegExp(`^//sealkeep/(${ID})/(${ID})$`);

/** An id of 128 random bits in base64url: a resource's or an owner's. */
export const randomId = z.string().regex(new RegExp(`^${ID}$`));

/** `//sealkeep/OWNER/ID`, the name of a resource of our own realm. */
export const resourceName = z.string().regex(PATTERN);

export interface ResourceNameParts {
  /** The owner's id at the KMS. */
  readonly owner: string;
  readonly id: string;
}

export function formatResourceName({ owner, id }: ResourceNameParts): string {
  return `//sealkeep/${owner}/${id}`;
}

/** @returns the parts, or undefined where the name is not one of ours (a foreign issuer's names are opaque). */
export function splitResourceName(name: string): ResourceNameParts | undefined {
  const [, owner, id] = PATTERN.exec(name) ?? [];
  return owner !== undefined && id !== undefined ? { owner, id } : undefined;
}

/** @throws SealkeepError RESOURCE_MISMATCH where the name is not one of ours. */
export function parseResourceName(name: string): ResourceNameParts {
  const parts = splitResourceName(name);
  if (!parts) throw new SealkeepError('RESOURCE_MISMATCH');
  return parts;
}
