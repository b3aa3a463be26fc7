import path from 'node:path';
import { z } from 'zod';

/** A setting `SCHEME:PATH`, as an absolute path; `later` begins what this version does not have yet. */
export function placeSetting(scheme: string, later: readonly string[]) {
  return z.string().transform((text, context) => {
    const target = text.startsWith(scheme) ? text.slice(scheme.length) : '';
    if (target !== '') return path.resolve(target);
    const planned = later.find((one) => text.startsWith(one));
    context.addIssue(
      planned === undefined ? `it is not ${scheme}PATH` : `${planned} comes in a later version`,
    );
    return z.NEVER;
  });
}
