import type { Endpoint } from '../platform/http/endpoint.ts';
import { authorize } from './operations/authorize.ts';
import { deleteFile } from './operations/delete-file.ts';
import { download } from './operations/download.ts';
import { findKey } from './operations/find-key.ts';
import { listFiles, listSharedWithMe } from './operations/list-files.ts';
import { listWrapped } from './operations/list-wrapped.ts';
import { nameResources } from './operations/name-resources.ts';
import { registerResources } from './operations/register-resources.ts';
import { createShare, deleteShare, listShares } from './operations/shares.ts';
import { storeKeys } from './operations/store-keys.ts';
import { storeRewrapped } from './operations/store-rewrapped.ts';
import { upload } from './operations/upload.ts';
import type { CloudParts } from './parts.ts';

/** The table of what a cloud token opens, and of what is the KMS's alone (DESIGN.md, "Cloud over HTTP"). */
export function cloudEndpoints(parts: CloudParts): Endpoint[] {
  return [
    registerResources,
    authorize,
    storeKeys,
    findKey,
    nameResources,
    upload,
    listFiles,
    download,
    deleteFile,
    createShare,
    listShares,
    deleteShare,
    listSharedWithMe,
    listWrapped,
    storeRewrapped,
  ].map((create) => create(parts));
}
