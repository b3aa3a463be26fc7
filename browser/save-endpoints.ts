import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Request } from 'express';
import { z } from 'zod';
import type { JobOutput } from '../agent/app/app.ts';
import { codeOf } from '../core/durable/publish.ts';
import { type Endpoint, endpoint, rawEndpoint } from '../server/platform/http/endpoint.ts';
import { SealkeepError } from '../shared/errors/error.ts';
import { ignoreLeaving } from './leaving.ts';
import { createOneTimeSecrets } from './one-time.ts';
import { ROUTES, type SaveReply } from './page/protocol.ts';
import type { PageAccess } from './page-access.ts';
import type { ShellBackend } from './shell-backend.ts';

const wantedOutput = z.object({
  job: z.string().min(1).max(64),
  output: z.number().int().nonnegative(),
});
const ADDRESS_LIFE_MS = 60_000;

/**
 * Hands a job's output to the browser as a download: first an address that is good once, then the file under it.
 * @param closing breaks off what is on its way.
 */
export function saveEndpoints(
  app: ShellBackend,
  access: PageAccess,
  now: () => number,
  closing: AbortSignal,
): Endpoint[] {
  const addresses = createOneTimeSecrets<{ readonly browser: string } & z.output<typeof wantedOutput>>(
    ADDRESS_LIFE_MS,
    now,
  );
  return [
    endpoint({
      method: 'post',
      path: ROUTES.saves,
      guard: async (request: Request) => access.pageOf(request),
      body: wantedOutput,
      bare: true,
      async handle({ who, body }): Promise<SaveReply> {
        if (!app.output(body.job, body.output)) throw new SealkeepError('ROUTE_NOT_FOUND');
        return { url: `${ROUTES.save}/${addresses.issue({ browser: who, ...body })}` };
      },
    }),
    rawEndpoint({
      method: 'get',
      path: `${ROUTES.save}/:address`,
      guard: async (request) => access.browserOf(request),
      async respond({ who, request, response }) {
        const taken = addresses.take(String(request.params['address']));
        if (!taken || taken.browser !== who) throw new SealkeepError('ROUTE_NOT_FOUND');
        // Asked for again: whose it is may have logged out meanwhile.
        const output = app.output(taken.job, taken.output);
        if (!output) throw new SealkeepError('ROUTE_NOT_FOUND');
        const file = await opened(output);
        try {
          const { size } = await file.stat();
          response.set({
            'Content-Type': 'application/octet-stream',
            'Content-Length': String(size),
            'Content-Disposition': attachment(output.name),
          });
          const bytes = file.createReadStream({ autoClose: false });
          await pipeline(bytes, response, { signal: closing }).catch(ignoreLeaving);
        } finally {
          await file.close();
        }
      },
    }),
  ];
}

/** A file that was moved away meanwhile is not there; a folder is no download. */
async function opened({ path }: JobOutput) {
  try {
    const file = await open(path, 'r');
    if ((await file.stat()).isFile()) return file;
    await file.close();
    throw new SealkeepError('ROUTE_NOT_FOUND');
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') throw new SealkeepError('ROUTE_NOT_FOUND', {}, { cause });
    throw cause;
  }
}

/** RFC 6266: the real name in UTF-8, and one of plain ASCII for whoever does not know that form. */
export function attachment(name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["%\\]/g, '_');
  const encoded = encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
