import type { EngineDeps } from '../engine/seal-file.ts';
import { temporariesWithin } from '../engine/temporaries.ts';
import type { Login } from '../login/login.ts';
import type { CloudClient } from '../servers/cloud-client.ts';
import type { KmsClient } from '../servers/kms-client.ts';

/** What every job stands on. */
export interface JobParts {
  readonly kms: KmsClient;
  /** What the KMS calls itself: written into what is sealed. */
  readonly kmsName: string;
  readonly cloud: CloudClient;
  readonly login: Login;
  readonly engine: EngineDeps;
  /** Where keys of this device and, in an app of its own, those of the servers lie. */
  readonly dataFolder: string;
  readonly now: () => Date;
}

/** The same for work inside a temporary folder. */
export function partsWithin(parts: JobParts, root: string): JobParts {
  const { engine } = parts;
  return { ...parts, engine: { ...engine, temporaries: temporariesWithin(root, engine.temporaries) } };
}
