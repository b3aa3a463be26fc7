// @vitest-environment jsdom
import { afterEach, expect, test, vi } from 'vitest';
import type { Job } from '../../shared/bridge/state.ts';
import { call } from '../bridge.ts';
import { currentTexts } from '../messages/use-texts.ts';
import { ENROLMENT, RECOVERY_CODES } from '../testing/fake-enrolment.ts';
import { SCENES, type Scene } from '../testing/scenes.ts';
import { startPage } from '../testing/start-page.ts';
import type { World } from '../testing/world.ts';
import { placeName, selectTheme, useAppStore, worseState } from './app-store.ts';
import { useCloudStore } from './cloud-store.ts';
import { endedJobs, overallProgress, secondsLeft, useJobsStore } from './jobs-store.ts';
import { loadFiles } from './load-files.ts';
import { useViewStore } from './view-store.ts';

let stop: () => void = () => undefined;

async function start(scene: Scene): Promise<World> {
  const page = await startPage(scene);
  stop = page.stop;
  return page.world;
}

afterEach(() => stop());

const job = (part: Partial<Job>): Job => ({
  id: '1',
  kind: 'seal',
  name: 'a.txt',
  state: 'running',
  files: { total: 1, done: 0 },
  failed: 0,
  failures: [],
  bytes: 50,
  total: 100,
  rate: 10,
  error: null,
  outputs: [],
  can_retry: true,
  can_pause: true,
  ...part,
});

test('the page wears the theme and the language of the settings, or of the system', async () => {
  await start(SCENES.full);
  expect(document.documentElement.dataset['theme']).toBe('dark');
  await call('settings.change', { theme: 'light', language: 'zh-Hant' });
  expect(document.documentElement.dataset['theme']).toBe('light');
  await vi.waitFor(() => expect(document.documentElement.lang).toBe('zh-Hant'));
  expect(currentTexts().t('nav.files')).toBe('檔案');
  expect(selectTheme(useAppStore.getState())).toBe('light');
});

test('a state that cannot be had is an error that is shown', async () => {
  await start(SCENES.broken);
  expect(useAppStore.getState().error?.code).toBe('LAUNCH_SECRET_REFUSED');
});

test('a login that ends keeps panel and jobs, says so, and forgets the lists', async () => {
  const world = await start(SCENES.full);
  useViewStore.getState().show('cloud');
  await loadFiles('mine');
  await vi.waitFor(() => expect(useJobsStore.getState().jobs.length).toBeGreaterThan(0));
  useAppStore.getState().receive({ ...world.state, user: null });
  expect(useViewStore.getState()).toMatchObject({ panel: 'cloud', hasLoginEnded: true });
  expect(useJobsStore.getState().jobs.length).toBeGreaterThan(0);
  expect(useCloudStore.getState().mine.files).toBeNull();
  useAppStore.getState().receive(world.state);
  expect(useViewStore.getState()).toMatchObject({ panel: 'cloud', hasLoginEnded: false });
});

test('a logout is no news', async () => {
  await start(SCENES.full);
  useViewStore.getState().leave();
  await call('account.logout', {});
  expect(useViewStore.getState().hasLoginEnded).toBe(false);
});

test('who was registered by a command meanwhile is known once the window has the focus again', async () => {
  const world = await start({ ...SCENES.login, state: { ...SCENES.login.state, last_user: null } });
  world.state = { ...world.state, last_user: 'ben' };
  window.dispatchEvent(new Event('focus'));
  await vi.waitFor(() => expect(useAppStore.getState().state?.last_user).toBe('ben'));
});

test('an upload that is done fetches the list anew, and is said', async () => {
  const world = await start(SCENES.moving);
  await loadFiles('mine');
  world.mine = [];
  useJobsStore.getState().receive([job({ kind: 'upload' })]);
  useJobsStore.getState().receive([job({ kind: 'upload', state: 'done' })]);
  await vi.waitFor(() => expect(useCloudStore.getState().mine.files).toEqual([]));
  expect(useViewStore.getState().announcement).toBe('a.txt: Uploaded');
});

test('nothing of an enrolment stays in a store after it', () => {
  const { enter } = useViewStore.getState();
  enter({
    step: 'authenticator',
    user: 'ana',
    purpose: 'register',
    enrolment: { otp_uri: 'u', secret: 'CANARY', qr_svg: '' },
  });
  enter({ step: 'recovery', user: 'ana', purpose: 'register', codes: ['c'] });
  expect(JSON.stringify(useViewStore.getState())).not.toContain('CANARY');
});

test.each([
  ['authenticator', { step: 'authenticator', user: 'ana', purpose: 'register', enrolment: ENROLMENT }],
  ['recovery', { step: 'recovery', user: 'ana', purpose: 'register', codes: RECOVERY_CODES }],
] as const)(
  'a page that is loaded anew goes on at the step of %s, and asks before it goes',
  async (step, entry) => {
    const leaves = () => window.dispatchEvent(new Event('beforeunload', { cancelable: true }));
    const { state } = SCENES.empty;
    await start({
      state: {
        ...state,
        shell: 'browser',
        user: null,
        enrolment: { user: 'ana', step, purpose: 'register' },
      },
    });
    expect(useViewStore.getState().entry).toEqual(entry);
    expect(leaves()).toBe(false);
    await call('account.enter', {});
    expect(useViewStore.getState().entry).toEqual({ step: 'start' });
    expect(leaves()).toBe(true);
  },
);

test('a login that ends by another authenticator shows the new recovery codes, whichever page confirmed it', async () => {
  const world = await start(SCENES.full);
  const enrolment = { user: 'ana', step: 'recovery', purpose: 'renew' } as const;
  world.state = { ...world.state, user: null, role: null, enrolment };
  useAppStore.getState().receive(world.state);
  const codes = { step: 'recovery', user: 'ana', purpose: 'renew', codes: RECOVERY_CODES };
  await vi.waitFor(() => expect(useViewStore.getState().entry).toEqual(codes));
});

test('jobs that did not change stay the same objects', () => {
  const { receive } = useJobsStore.getState();
  receive([job({}), job({ id: '2' })]);
  const [first, second] = useJobsStore.getState().jobs;
  receive([job({}), job({ id: '2', bytes: 60 })]);
  expect(useJobsStore.getState().jobs[0]).toBe(first);
  expect(useJobsStore.getState().jobs[1]).not.toBe(second);
});

test('what jobs say of time and progress', () => {
  expect(secondsLeft(job({}))).toBe(5);
  expect(secondsLeft(job({ rate: 0 }))).toBeNull();
  expect(overallProgress([job({}), job({ state: 'failed' })])).toEqual({ active: 1, fraction: 0.5 });
  expect(overallProgress([job({}), job({ state: 'done', bytes: 100 })])).toEqual({
    active: 1,
    fraction: 0.75,
  });
  const trash = job({ kind: 'trash', bytes: 1, total: 4 });
  expect(overallProgress([trash, job({})])).toEqual({ active: 2, fraction: 0.5 });
  expect(overallProgress([trash])).toEqual({ active: 1, fraction: 0.25 });
  expect(overallProgress([])).toEqual({ active: 0, fraction: 0 });
  expect(endedJobs([job({})], [job({ state: 'failed' })])).toHaveLength(1);
  expect(endedJobs([job({ state: 'failed' })], [job({ state: 'failed' })])).toHaveLength(0);
});

test('where servers are, and how they are together', () => {
  const server = { state: 'answering', address: null, error: null } as const;
  expect(placeName({ kms: server })).toBeNull();
  expect(placeName({ kms: { ...server, address: 'https://kms.example:3000/x' } })).toBe('kms.example:3000');
  expect(worseState({ kms: { ...server, state: 'starting' }, cloud: { ...server, state: 'away' } })).toBe(
    'away',
  );
});
