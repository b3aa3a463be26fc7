import { open, rm } from 'node:fs/promises';
import { platform } from 'node:process';
import { lstatOrNothing } from '../../core/durable/lstat.ts';
import type { Temporaries } from '../engine/temporaries.ts';

/** Which names are one and the same where files are to appear, and which can't be there. */
export interface NameRules {
  readonly platform: NodeJS.Platform;
  /** `A.txt` is `a.txt`. */
  readonly foldsCase: boolean;
  /** `é` in one code point is `é` in two. */
  readonly foldsForms: boolean;
}

/** Asks the file system itself: case and forms are a matter of the volume, not of the platform. */
export async function nameRulesOf(folder: string, temporaries: Temporaries): Promise<NameRules> {
  // Some fold the letters of ASCII and no others.
  const own = await temporaries.nameIn(folder);
  const probe = `${own}-a\u00e9`;
  await (await open(probe, 'wx')).close();
  try {
    return {
      platform,
      foldsCase: (await lstatOrNothing(`${own}-A\u00e9`)) !== undefined,
      foldsForms: (await lstatOrNothing(`${own}-ae\u0301`)) !== undefined,
    };
  } finally {
    await rm(probe);
  }
}

/** What names that are one and the same have in common. Rather too many are one than too few. */
export function folded(name: string, { foldsCase, foldsForms }: NameRules): string {
  const form = foldsForms ? name.normalize('NFC') : name;
  if (!foldsCase) return form;
  const small = form.toUpperCase().toLowerCase();
  return foldsForms ? small.normalize('NFC') : small;
}
