import type { Logger } from 'pino';
import type { Guard } from '../platform/http/endpoint.ts';
import type { AuthorizationSigner } from './authorization-token.ts';
import type { BlobFolder } from './blobs/blob-folder.ts';
import type { Caller } from './caller.ts';
import type { CloudConfig } from './config.ts';
import type { FileListStore } from './stores/file-list-store.ts';
import type { FileStore } from './stores/file-store.ts';
import type { RegistryStore } from './stores/registry-store.ts';
import type { ResourceStore } from './stores/resource-store.ts';
import type { ShareStore } from './stores/share-store.ts';
import type { UnnamedBlobStore } from './stores/unnamed-blob-store.ts';
import type { WrappedKeyStore } from './stores/wrapped-key-store.ts';

/** What the endpoints are made of. */
export interface CloudParts {
  readonly config: CloudConfig;
  readonly guard: Guard<Caller>;
  /** Lets in the KMS alone. */
  readonly kmsGuard: Guard<unknown>;
  readonly authorizations: AuthorizationSigner;
  readonly resources: ResourceStore;
  readonly registry: RegistryStore;
  readonly files: FileStore;
  readonly lists: FileListStore;
  readonly shares: ShareStore;
  readonly wrappedKeys: WrappedKeyStore;
  readonly unnamed: UnnamedBlobStore;
  readonly blobs: BlobFolder;
  readonly now: () => Date;
  readonly logger: Logger;
}
