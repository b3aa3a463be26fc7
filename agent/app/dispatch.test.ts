import { afterAll, beforeAll, expect, test } from 'vitest';
import { BRIDGE_CALLS, type BridgeCallName, isBridgeCallName } from '../../shared/bridge/calls.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import { startTestApp, type TestApp } from '../../test/support/test-app.ts';
import { startTestWorld, type TestWorld } from '../../test/support/test-world.ts';
import type { BridgeHandlers } from './app.ts';
import { dispatch } from './dispatch.ts';

let world: TestWorld;
let ann: TestApp;
beforeAll(async () => {
  world = await startTestWorld();
  ann = await startTestApp(world, 'ann');
});
afterAll(async () => {
  await ann.app.close();
  await world.close();
});

const NAMES = Object.keys(BRIDGE_CALLS).filter(isBridgeCallName);
const refused = { ok: false, error: { code: 'REQUEST_INVALID' } };

test.each(NAMES)('%s has a handler and refuses unfit input', async (name) => {
  expect(ann.app.handlers[name]).toBeTypeOf('function');
  for (const unfit of [undefined, null, 'text', 7, []])
    expect(await dispatch(ann.app, name, unfit)).toMatchObject(refused);
});

test.each(NAMES.filter((name) => !BRIDGE_CALLS[name].input.safeParse({}).success))(
  '%s refuses an input without what it needs, and says nothing of what stood in it',
  async (name) => {
    const result = await dispatch(ann.app, name, {
      user: 7,
      password: 'hunter2-hunter2',
      code: 'x',
      refs: [''],
    });
    expect(result).toMatchObject(refused);
    expect(JSON.stringify(result)).not.toContain('hunter2');
  },
);

test.each(['toString', '__proto__', 'constructor', '', 'app.State', 'jobs'])(
  'there is no call %j',
  async (name) => {
    expect(await dispatch(ann.app, name, {})).toMatchObject(refused);
  },
);

test.each([
  'cloud.list',
  'cloud.shared-with-me',
  'jobs.start',
  'jobs.upload',
  'cloud.download',
  'cloud.remove',
  'shares.list',
  'shares.add',
  'shares.remove',
] as const)('%s asks for a login', async (name) => {
  const input = { refs: ['r'], name: 'n', owner: 'o', open: false, with: 'w', role: 'reader', until: null };
  expect(await dispatch(ann.app, name, input)).toEqual({
    ok: false,
    error: { code: 'NOT_LOGGED_IN', details: {} },
  });
});

function answering(name: BridgeCallName, answer: () => Promise<unknown>) {
  const reported: unknown[] = [];
  const handlers = { ...ann.app.handlers, [name]: answer } as BridgeHandlers;
  return { app: { handlers, report: (error: unknown) => void reported.push(error) }, reported };
}

test('outputs are parsed: what the table does not name does not cross, and what does not fit is a defect', async () => {
  const more = answering('settings.choose-folder', async () => ({ folder: '/a', token: 'secret' }));
  expect(await dispatch(more.app, 'settings.choose-folder', {})).toEqual({
    ok: true,
    value: { folder: '/a' },
  });
  const unfit = answering('settings.choose-folder', async () => ({ folder: 7 }));
  expect(await dispatch(unfit.app, 'settings.choose-folder', {})).toEqual({
    ok: false,
    error: { code: 'INTERNAL', details: {} },
  });
  expect(unfit.reported).toHaveLength(1);
});

test('errors of ours cross with their details and without paths; of a defect nothing crosses', async () => {
  const known = answering('app.state', async () => {
    throw new SealkeepError('FILE_DAMAGED', { file: '/home/ann/a.enc', segment: 3 }, { cause: 'deep' });
  });
  expect(await dispatch(known.app, 'app.state', {})).toEqual({
    ok: false,
    error: { code: 'FILE_DAMAGED', details: { file: 'a.enc', segment: 3 } },
  });
  expect(known.reported).toEqual([]);
  const defect = new TypeError('the password is hunter2');
  const unknown = answering('app.state', () => Promise.reject(defect));
  expect(await dispatch(unknown.app, 'app.state', {})).toEqual({
    ok: false,
    error: { code: 'INTERNAL', details: {} },
  });
  expect(unknown.reported).toEqual([defect]);
});
