import type { Request } from 'express';
import { z } from 'zod';
import { dispatch } from '../agent/app/dispatch.ts';
import {
  anyone,
  type Endpoint,
  endpoint,
  parseInput,
  rawEndpoint,
} from '../server/platform/http/endpoint.ts';
import { heldEntry } from '../shared/bridge/held-entry.ts';
import { fileRef } from '../shared/bridge/state.ts';
import { LIMITS } from '../shared/limits.ts';
import {
  type AdmissionReply,
  type FilesReply,
  type FolderReply,
  LOAD_HEADER,
  ROUTES,
} from './page/protocol.ts';
import type { PageAccess } from './page-access.ts';
import type { PageLoads } from './page-loads.ts';
import { receivedTogether } from './received-together.ts';
import type { ShellBackend } from './shell-backend.ts';

const launchToken = z.object({ token: z.string().min(1).max(128) });
const loadName = z.string().regex(/^[\w-]{16,64}$/);
const offer = z.object({ files: z.array(fileRef.omit({ ref: true })).max(LIMITS.offeredFiles) });
const folderPart = z.object({
  draft: z.string().max(64).nullable(),
  name: fileRef.shape.name.min(1),
  entries: z.array(heldEntry).max(LIMITS.offeredFiles),
  is_whole: z.boolean(),
});

/** The exchange of a launch token for both secrets. */
export function admissionEndpoints(access: PageAccess): Endpoint[] {
  return [
    rawEndpoint({
      method: 'post',
      path: ROUTES.admission,
      guard: anyone,
      async respond({ request, response }) {
        const { token } = parseInput(launchToken, request.body);
        const { pageSecret, setCookie } = access.exchange(request, token);
        const reply: AdmissionReply = { page_secret: pageSecret };
        response.set('Set-Cookie', setCookie).json(reply);
      },
    }),
  ];
}

/** Calls, events and files of a page that showed both secrets. */
export function bridgeEndpoints(app: ShellBackend, access: PageAccess, loads: PageLoads): Endpoint[] {
  const page = async (request: Request) => access.pageOf(request);
  /** One load of a page, within its browser: none can name another's. */
  const load = async (request: Request) => {
    const browser = access.pageOf(request);
    return `${browser} ${parseInput(loadName, request.get(LOAD_HEADER))}`;
  };
  return [
    rawEndpoint({
      method: 'post',
      path: `${ROUTES.call}/:name`,
      guard: page,
      // Answers 200 for ok and refused alike: what a call gives crosses as data.
      async respond({ request, response }) {
        response.json(await dispatch(app, String(request.params['name']), request.body));
      },
    }),
    rawEndpoint({
      method: 'get',
      path: ROUTES.events,
      guard: load,
      async respond({ who, response }) {
        loads.listen(who, response);
      },
    }),
    endpoint({
      method: 'post',
      path: ROUTES.files,
      guard: load,
      body: offer,
      bare: true,
      handle: async ({ who, body }): Promise<FilesReply> => ({ refs: loads.offer(who, body.files) }),
    }),
    endpoint({
      method: 'post',
      path: ROUTES.folders,
      guard: load,
      body: folderPart,
      bare: true,
      handle: async ({ who, body }): Promise<FolderReply> => loads.offerFolder(who, body),
    }),
    rawEndpoint({
      method: 'post',
      path: `${ROUTES.content}/:ticket`,
      guard: load,
      async respond({ who, request, response }) {
        // A browser sends again what broke off on a connection that it used before: now nobody takes it, and sending
        // it to its end would hold one of the few connections for as long as that takes.
        response.once('finish', () => {
          if (!request.complete) request.destroy();
        });
        const isTaken = await loads.receive(who, String(request.params['ticket']), request);
        if (isTaken) response.status(204).end();
        else response.destroy();
      },
    }),
    rawEndpoint({
      method: 'post',
      path: ROUTES.contents,
      guard: load,
      async respond({ who, request, response }) {
        loads.receiveSmall(who, await receivedTogether(request));
        response.status(204).end();
      },
    }),
    endpoint({
      method: 'delete',
      path: `${ROUTES.content}/:ticket`,
      guard: load,
      bare: true,
      async handle({ who, params }) {
        loads.refuse(who, params['ticket'] ?? '');
        return {};
      },
    }),
  ];
}
