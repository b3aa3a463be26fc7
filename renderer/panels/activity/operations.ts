import { EN_ACTIVITY } from '../../messages/en-activity.ts';

type Operation = keyof typeof EN_ACTIVITY extends infer Key
  ? Key extends `activity.op.${infer Name}`
    ? Name
    : never
  : never;

const PREFIX = 'activity.op.';
const isOperation = (name: string): name is Operation => Object.hasOwn(EN_ACTIVITY, PREFIX + name);

/** The operations of the audit log that there are words for, by what people do most. */
export const OPERATIONS: readonly Operation[] = Object.keys(EN_ACTIVITY)
  .filter((key) => key.startsWith(PREFIX))
  .map((key) => key.slice(PREFIX.length))
  .filter(isOperation)
  .filter((name) => name !== 'other');

/** The key of the words for an operation: that it was done or, where it was refused, that it was tried. */
export function operationKey(operation: string, isRefused: boolean) {
  const name: Operation = isOperation(operation) ? operation : 'other';
  return isRefused ? (`activity.tried.${name}` as const) : (`activity.op.${name}` as const);
}
