import { SealkeepError } from '../../../shared/errors/error.ts';
import type { Call } from '../../platform/http/call.ts';
import { recordingRefusals } from '../audit/recorded.ts';
import { isAdministrator } from '../identity/administrators.ts';
import { checkFreshCode } from '../identity/fresh-code.ts';
import type { Person } from '../identity/person.ts';
import type { KmsParts } from '../parts.ts';
import type { KmsDatabase, KmsTransaction } from '../store/schema.ts';

export interface AdministrativeAct<T> {
  readonly operation: string;
  /** A fresh code of the administrator's, where the act asks for one. */
  readonly code?: string;
  /**
   * Looks whether the act may be at all, before a code is used up and once more in the transaction, and says for the
   * audit log what it is about.
   * @throws SealkeepError
   */
  check(database: KmsDatabase | KmsTransaction): Promise<string>;
  act(transaction: KmsTransaction): Promise<T>;
}

/**
 * What an administrator does: in one transaction with its entry in the audit log, and only by somebody who still is one.
 * @throws SealkeepError ADMINISTRATOR_REQUIRED, what `check` throws, and with a code CODE_REFUSED or LOGIN_THROTTLED
 */
export function administer<T>(
  parts: KmsParts,
  call: Call,
  administrator: Person,
  { operation, code, check, act }: AdministrativeAct<T>,
): Promise<T> {
  const actor = administrator.name;
  const draft = { operation, actor };
  return recordingRefusals(parts, call, draft, async (growing) => {
    growing.reason = await check(parts.database);
    const useUpCode = code === undefined ? undefined : await checkFreshCode(parts, administrator, code);
    return parts.database.transaction().execute(async (transaction) => {
      const isStill = await isAdministrator(transaction, administrator.id);
      if (!isStill) throw new SealkeepError('ADMINISTRATOR_REQUIRED');
      const reason = await check(transaction);
      await useUpCode?.(transaction);
      const result = await act(transaction);
      await parts.audit.append(call, [{ operation, actor, reason }], transaction);
      return result;
    });
  });
}
