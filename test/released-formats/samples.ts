import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

const listed = z.array(
  z.strictObject({
    file: z.string(),
    name: z.string(),
    dek: z.base64(),
    bytes: z.number(),
    sha256: z.string().length(64),
  }),
);

/** A pair that a released Sealkeep made. */
export interface ReleasedSample extends z.infer<(typeof listed)['element']> {
  readonly label: string;
  readonly enc: string;
  readonly key: string;
}

/** All of every version. */
export const RELEASED: readonly ReleasedSample[] = readdirSync(import.meta.dirname)
  .filter((folder) => /^v\d+$/.test(folder))
  .flatMap((folder) => {
    const within = (name: string) => path.join(import.meta.dirname, folder, name);
    return listed.parse(JSON.parse(readFileSync(within('samples.json'), 'utf8'))).map((sample) => ({
      ...sample,
      label: `${folder}/${sample.file}`,
      enc: within(`${sample.file}.enc`),
      key: within(`${sample.file}.key`),
    }));
  });
