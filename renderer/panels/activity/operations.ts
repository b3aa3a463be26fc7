import { EN_ACTIVITY } from '../../messages/en-activity.ts';

type Key = keyof typeof EN_ACTIVITY;
export type OperationKey = Extract<Key, `activity.op.${string}`>;

const PREFIX = 'activity.op.';
const isOperationKey = (key: string): key is OperationKey =>
  key.startsWith(PREFIX) && Object.hasOwn(EN_ACTIVITY, key);

/** The operations of the audit log that there are words for, by what people do most. */
export const OPERATIONS: readonly { readonly operation: string; readonly key: OperationKey }[] = Object.keys(
  EN_ACTIVITY,
)
  .filter(isOperationKey)
  .filter((key) => key !== 'activity.op.other')
  .map((key) => ({ operation: key.slice(PREFIX.length), key }));

/** The words for an operation. */
export function operationKey(operation: string): OperationKey {
  const key = PREFIX + operation;
  return isOperationKey(key) ? key : 'activity.op.other';
}
