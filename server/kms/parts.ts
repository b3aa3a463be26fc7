import type { Logger } from 'pino';
import type { AtRest } from '../../core/crypto/at-rest.ts';
import type { AuditLog } from './audit/audit-log.ts';
import type { KmsConfig } from './config.ts';
import type { KmsDatabase } from './store/schema.ts';

/** What every operation of the KMS stands on. */
export interface KmsParts {
  readonly config: KmsConfig;
  readonly database: KmsDatabase;
  readonly atRest: AtRest;
  readonly audit: AuditLog;
  readonly now: () => Date;
  readonly logger: Logger;
}
