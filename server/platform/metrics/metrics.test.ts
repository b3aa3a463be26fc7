import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AddressList, parseAddressList } from '../config/addresses.ts';
import { createCallLimits } from '../http/call-limits.ts';
import { createHttpApp } from '../http/create-http-app.ts';
import { anyone, endpoint, rawEndpoint } from '../http/endpoint.ts';
import { type Listening, listen } from '../http/listen.ts';
import { createLogger } from '../logging.ts';
import { createMetrics } from './metrics.ts';

let listening: Listening;
const logged: string[] = [];
const began = Promise.withResolvers<void>();
/** Who may read the figures; changed by one test. */
const readers = { ranges: ['127.0.0.1'] };
const addresses: AddressList = {
  ranges: readers.ranges,
  includes: (address) => parseAddressList(readers.ranges)?.includes(address) ?? false,
};

beforeAll(async () => {
  const gauges = [
    { name: 'sealkeep_things', help: 'Things.', label: 'status', read: async () => ({ good: 2, bad: 1 }) },
  ];
  const metrics = createMetrics({ service: 'kms', version: '1.2.3', addresses, gauges });
  const everyone = parseAddressList(['127.0.0.0/8']);
  if (!everyone) throw new Error('no addresses');
  const app = createHttpApp({
    door: { addresses: everyone, hosts: [] },
    trustedProxies: [],
    limits: createCallLimits(0),
    batchPaths: [],
    endpoints: [
      endpoint({ method: 'get', path: '/list/:user', guard: anyone, handle: async () => [] }),
      rawEndpoint({
        method: 'post',
        path: '/never',
        guard: anyone,
        respond: () => new Promise(() => began.resolve()),
      }),
      metrics.endpoint,
    ],
    measure: metrics.measure,
    logger: createLogger('kms', 'info', { write: (line: string) => void logged.push(line) }),
  });
  listening = await listen(app, { host: '127.0.0.1', port: 0, settings: 'KMS', graceMs: 1 });
});
afterAll(() => listening.close());

const get = (path: string, init: RequestInit = {}) =>
  fetch(`http://127.0.0.1:${listening.port}${path}`, { ...init, headers: { connection: 'close' } });
const figures = async () => (await get('/metrics')).text();
/** What stands after a line's name and labels. */
const figure = (text: string, line: string) =>
  text
    .split('\n')
    .find((one) => one.startsWith(line))
    ?.slice(line.length + 1);
const COUNT = 'sealkeep_http_request_duration_seconds_count';

test('the first look has no figure that nothing was measured for', async () => {
  const [first, second] = [await figures(), await figures()];
  for (const text of [first, second]) {
    expect(text).toContain('nodejs_eventloop_lag_seconds ');
    expect(text).not.toMatch(/^nodejs_\S+ (?:nan|9223372036)/im);
  }
});

test('requests are counted by route, method and status, and no path, name or address is in it', async () => {
  for (const user of ['anna', 'berta']) await get(`/list/${user}`);
  await get('/list/anna', { method: 'POST', body: '' });
  await get('/anna/is/not/here');
  const text = await figures();
  expect(figure(text, `${COUNT}{route="/list/:user",method="GET",status="200"}`)).toBe('2');
  expect(figure(text, `${COUNT}{route="/list/:user",method="POST",status="405"}`)).toBe('1');
  expect(figure(text, `${COUNT}{route="none",method="GET",status="404"}`)).toBe('1');
  const bucket =
    'sealkeep_http_request_duration_seconds_bucket{route="/list/:user",method="GET",status="200"';
  expect(figure(text, `${bucket},le="30"}`)).toBe('2');
  expect(figure(text, `${bucket},le="+Inf"}`)).toBe('2');
  expect(text).not.toMatch(/anna|berta|127\.0\.0\.1/);
});

test('a client that goes away is counted, too', async () => {
  const client = connect(listening.port, '127.0.0.1');
  client.write(`POST /never HTTP/1.1\r\nHost: localhost:${listening.port}\r\nContent-Length: 0\r\n\r\n`);
  await began.promise;
  client.destroy();
  await expect.poll(figures).toContain(`${COUNT}{route="/never",method="POST",status="499"} 1\n`);
});

test('there are figures of the process and of the server, in a form that Prometheus reads', async () => {
  // The event loop was measured once since the last look.
  await expect.poll(figures).toMatch(/^nodejs_eventloop_lag_p99_seconds [\d.e-]+$/m);
  const answer = await get('/metrics');
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain;.*version=0\.0\.4/);
  const text = await answer.text();
  for (const name of [
    'nodejs_eventloop_lag_seconds',
    'process_resident_memory_bytes',
    'process_cpu_seconds_total',
  ])
    expect(text).toMatch(new RegExp(`^${name} [\\d.e-]+`, 'm'));
  expect(figure(text, 'sealkeep_info{service="kms",version="1.2.3"}')).toBe('1');
  expect(figure(text, 'sealkeep_things{status="good"}')).toBe('2');
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('# '));
  for (const line of lines)
    expect(line).toMatch(/^[a-z_:]\w*(?:\{\w+="[^"]*"(?:,\w+="[^"]*")*\})? [\d.e+-]+$/i);
});

test('whoever is let in at the door does not read them for that', async () => {
  readers.ranges = ['192.0.2.1'];
  const refused = await get('/metrics');
  readers.ranges = ['127.0.0.1'];
  expect([refused.status, await refused.json()]).toMatchObject([403, { error: { code: 'ADDRESS_REFUSED' } }]);
});

test('each reply has the id of its request, which its log line and its error have as well', async () => {
  const answer = await get('/list/anna', { method: 'PUT' });
  const id = answer.headers.get('x-request-id');
  expect(id).toMatch(/^[\w-]{22}$/);
  expect(await answer.json()).toMatchObject({ error: { details: { request: id } } });
  expect(JSON.parse(logged.at(-1) ?? '')).toMatchObject({ request: id, code: 'METHOD_NOT_ALLOWED' });
  expect((await get('/list/anna')).headers.get('x-request-id')).not.toBe(id);
});
