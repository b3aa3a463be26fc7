import { Readable } from 'node:stream';
import { z } from 'zod';
import { jwks } from '../../core/crypto/key-set.ts';
import {
  cloudFileList,
  share,
  shareList,
  type shareRequest,
  uploadReply,
} from '../../shared/api/cloud/files.ts';
import {
  authorizeReply,
  namesReply,
  registryReply,
  resourcesReply,
} from '../../shared/api/cloud/resources.ts';
import { health, KEY_SET_PATH, type Role } from '../../shared/api/common.ts';
import { type KeyFile, keyFile } from '../../shared/formats/key-file.ts';
import { callForBare, callForData, callPeer, type Peer } from '../http/peer.ts';
import { multipartBody } from './multipart.ts';

const nothing = z.object({});

export interface UploadPair {
  /** `NAME.enc` */
  readonly fileName: string;
  readonly enc: Readable;
  readonly encBytes: number;
  readonly keyText: string;
}

/** The cloud as the agent calls it; `bearer` is the cloud token, and every reply is parsed. */
export function createCloudClient(peer: Peer) {
  const get = <Schema extends z.ZodType>(path: string, schema: Schema, bearer: string) =>
    callForData(peer, { method: 'GET', path, bearer }, schema);
  const post = <Schema extends z.ZodType>(path: string, json: unknown, schema: Schema, bearer: string) =>
    callForData(peer, { method: 'POST', path, json, bearer }, schema);
  return {
    peer,
    health: () => callForData(peer, { method: 'GET', path: '/healthz' }, health),
    jwks: () => callForBare(peer, { method: 'GET', path: KEY_SET_PATH }, jwks),

    registerResources: (bearer: string, files: readonly { id: string; name: string; size: number }[]) =>
      post('/resources', { files }, resourcesReply, bearer),
    authorize: async (bearer: string, resourceNames: readonly string[], role: Role) =>
      (await post('/authorize', { resource_names: resourceNames, role }, authorizeReply, bearer))
        .authorization,
    /** The token of one resource, which a batch does not take, nor a single call a batch's. */
    authorizeOne: async (bearer: string, resourceName: string, role: Role) =>
      (await post('/authorize', { resource_name: resourceName, role }, authorizeReply, bearer)).authorization,
    putKeys: (bearer: string, items: readonly KeyFile[]) =>
      callForData(peer, { method: 'PUT', path: '/resources/keys', json: { items }, bearer }, registryReply),
    key: (bearer: string, id: string) => get(`/resources/${encodeURIComponent(id)}/key`, keyFile, bearer),
    /** What may be opened, by its name; the others are left out. */
    names: (bearer: string, resourceNames: readonly string[]) =>
      post('/resources/names', { resource_names: resourceNames }, namesReply, bearer),

    list: (bearer: string, user: string) => get(`/list/${encodeURIComponent(user)}`, cloudFileList, bearer),
    sharedWithMe: (bearer: string) => get('/shared-with-me', cloudFileList, bearer),
    /** Takes back what was uploaded; resource and wrapped key stay. */
    remove: (bearer: string, user: string, fileName: string) => {
      const path = `/files/${encodeURIComponent(user)}/${encodeURIComponent(fileName)}`;
      return callForData(peer, { method: 'DELETE', path, bearer }, nothing);
    },
    createShare: (bearer: string, body: z.input<typeof shareRequest>) => post('/shares', body, share, bearer),
    /** What the caller shares; of one file where it is named. */
    shares: (bearer: string, name?: string) =>
      get(name === undefined ? '/shares' : `/shares?name=${encodeURIComponent(name)}`, shareList, bearer),
    deleteShare: (bearer: string, id: string) =>
      callForData(peer, { method: 'DELETE', path: `/shares/${encodeURIComponent(id)}`, bearer }, nothing),

    upload(bearer: string, pair: UploadPair, signal?: AbortSignal) {
      const keyBytes = Buffer.from(pair.keyText);
      const { contentType, ...body } = multipartBody([
        { name: 'enc_key', fileName: 'pair.key', length: keyBytes.length, stream: Readable.from([keyBytes]) },
        { name: 'enc_file', fileName: pair.fileName, length: pair.encBytes, stream: pair.enc },
      ]);
      const headers = { 'content-type': contentType };
      return callForData(
        peer,
        { method: 'POST', path: '/upload', bearer, body, headers, signal },
        uploadReply,
      );
    },
    download(bearer: string, owner: string, fileName: string, signal?: AbortSignal) {
      const path = `/download/${encodeURIComponent(owner)}/${encodeURIComponent(fileName)}`;
      return callPeer(peer, { method: 'GET', path, bearer, signal });
    },
  };
}

export type CloudClient = ReturnType<typeof createCloudClient>;
