import { BRIDGE_CALLS, isBridgeCallName } from '../../shared/bridge/calls.ts';
import type { BridgeResult } from '../../shared/bridge/carrier.ts';
import { isSealkeepError } from '../../shared/errors/error.ts';
import type { App } from './app.ts';
import { bridgeErrorOf } from './bridge-error.ts';

/**
 * The one door for both carriers: parses what comes in by the bridge's table, calls the handler with what was parsed,
 * parses what goes out, and makes data of every error. It never rejects.
 */
export async function dispatch(
  app: Pick<App, 'handlers' | 'report'>,
  name: string,
  input: unknown,
): Promise<BridgeResult<unknown>> {
  if (!isBridgeCallName(name)) return refused('no such call');
  const parsed = BRIDGE_CALLS[name].input.safeParse(input);
  if (!parsed.success) {
    // Names of fields only: what stood in them may be a password.
    const fields = parsed.error.issues.map((issue) => issue.path.join('.')).filter(Boolean);
    return refused(fields.length > 0 ? `unfit ${fields.join(', ')}` : 'unfit input');
  }
  try {
    // The table is what ties handler and input; TypeScript can't follow it through a name known at run time only.
    const handler = app.handlers[name] as (input: unknown) => Promise<unknown>;
    const output = await handler(parsed.data);
    return { ok: true, value: BRIDGE_CALLS[name].output.parse(output) };
  } catch (error) {
    if (!isSealkeepError(error)) app.report(error);
    return { ok: false, error: bridgeErrorOf(error) };
  }
}

function refused(reason: string): BridgeResult<never> {
  return { ok: false, error: { code: 'REQUEST_INVALID', details: { reason } } };
}
