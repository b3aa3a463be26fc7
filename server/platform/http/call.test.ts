import { expect, test } from 'vitest';
import { MESSAGE_TYPE } from '../../../shared/api/kms/session.ts';
import { parseAddressList } from '../config/addresses.ts';
import { createLogger } from '../logging.ts';
import { isInSession, markInSession } from './call.ts';
import { createCallLimits } from './call-limits.ts';
import { createHttpApp } from './create-http-app.ts';
import { endpoint } from './endpoint.ts';
import { listen } from './listen.ts';

test('an endpoint can tell what came as a message, and only the door that opened it says so', async () => {
  const addresses = parseAddressList(['127.0.0.1']);
  if (!addresses) throw new Error('no addresses');
  const app = createHttpApp({
    door: { addresses, hosts: [] },
    trustedProxies: [],
    limits: createCallLimits(0),
    batchPaths: [],
    endpoints: [
      endpoint({
        method: 'post',
        path: '/',
        guard: async (request) => isInSession(request),
        handle: async ({ who }) => who,
      }),
    ],
    messageDoor(request, _response, next) {
      if (Buffer.isBuffer(request.body)) {
        request.body = undefined;
        request.headers['content-type'] = 'application/json';
        markInSession(request);
      }
      next();
    },
    logger: createLogger('none', 'silent', { write: () => true }),
  });
  const listening = await listen(app, { host: '127.0.0.1', port: 0, settings: 'KMS' });
  const post = async (type: string) => {
    const headers = { 'content-type': type, connection: 'close' };
    const response = await fetch(`http://127.0.0.1:${listening.port}/`, {
      method: 'POST',
      headers,
      body: '{}',
    });
    return response.json();
  };
  expect(await post(MESSAGE_TYPE)).toEqual({ data: true });
  expect(await post('application/json')).toEqual({ data: false });
  await listening.close();
});
