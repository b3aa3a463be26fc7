import type { Logger } from 'pino';
import type { AtRest } from '../../core/crypto/at-rest.ts';
import type { GroupCommit } from '../../core/durable/group-commit.ts';
import type { CallLimits } from '../platform/http/call-limits.ts';
import type { AuditLog } from './audit/audit-log.ts';
import type { KmsConfig } from './config.ts';
import type { KmsDatabase, KmsSchema } from './store/schema.ts';

/** What every operation of the KMS stands on. */
export interface KmsParts {
  readonly config: KmsConfig;
  readonly database: KmsDatabase;
  /** For what is asked for all the time: writes that share their sync to disk. */
  readonly commits: GroupCommit<KmsSchema>;
  readonly atRest: AtRest;
  readonly audit: AuditLog;
  /** How often whom we know by a token may call. */
  readonly limits: CallLimits;
  readonly now: () => Date;
  readonly logger: Logger;
}
