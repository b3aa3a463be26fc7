// @vitest-environment jsdom
import { act } from 'react';
import { describe, expect, test, vi } from 'vitest';
import { logOut } from './stores/log-out.ts';
import { SCENES, type Scene, worldOf } from './testing/scenes.ts';
import { showApp as show } from './testing/show-app.tsx';

const { away, full, moving, login } = SCENES;
const { kms, cloud } = away.state.servers;

describe('the pill', () => {
  test.each([
    ['the place, while both answer', { kms, cloud: kms }, 'kms.team.example Ready'],
    ['the cloud, where that is away', { kms, cloud }, 'Cloud Not answering'],
    ['the key server, where that is away', { kms: cloud, cloud: kms }, 'Key server Not answering'],
    ['both, where both are', { kms: cloud, cloud }, 'Both servers Not answering'],
  ])('names %s', async (_what, servers, text) => {
    await show({ state: { ...away.state, servers } });
    expect(document.querySelector('.pill')?.textContent).toBe(`Servers: ${text}`);
  });
});

test.each([
  ['The key server is not', { kms: cloud, cloud: kms }],
  ['The cloud is not', { kms, cloud }],
  ['Neither server is', { kms: cloud, cloud }],
])('%s answering: nothing is sealed or opened', async (text, servers) => {
  const page = await show({ state: { ...away.state, servers } });
  expect(page.text()).toContain(`${text} answering. Nothing can be sealed or opened`);
});

describe('settings say where the root key lies', () => {
  test.each([
    ['keychain', 'is kept in the keychain of this system'],
    ['file', 'No system keychain protects it'],
  ] as const)('%s', async (root_key, text) => {
    const page = await show({ state: { ...full.state, root_key } });
    await page.click(page.button('Settings'));
    expect(page.text()).toContain(text);
  });

  test('and nothing, where the servers are a team’s', async () => {
    const page = await show({ state: { ...away.state, root_key: null } });
    await page.click(page.button('Settings'));
    expect(page.text()).toContain('Your team runs both servers.');
    expect(page.text()).not.toContain('root key');
  });
});

describe.each([
  ['Cloud', 'Nothing in the cloud yet'],
  ['Shared with meShared', 'Nobody shares a file with you yet'],
])('the list of %s', (panel, empty) => {
  async function showList(scene: Scene) {
    const page = await show(scene);
    await page.click(page.button(panel));
    return page;
  }

  test('while it is empty', async () => {
    expect((await showList(SCENES.empty)).text()).toContain(empty);
  });
  test('while it is on its way', async () => {
    await showList(SCENES.loading);
    expect(document.querySelector('.skeleton')?.getAttribute('aria-label')).toBe('Loading the list…');
  });
  test('where it can’t be had, until it can', async () => {
    const page = await showList(SCENES.failing);
    expect(page.text()).toContain('The server cannot reach its database right now');
    page.world.refuse = {};
    await page.click(page.button('Try again'));
    await vi.waitFor(() => expect(document.querySelector('table')).not.toBeNull());
  });
  test('where the cloud is away', async () => {
    const error = { code: 'SERVER_UNREACHABLE', details: { service: 'cloud', url: 'x' } } as const;
    const refuse = { 'cloud.list': error, 'cloud.shared-with-me': error };
    expect((await showList({ ...away, refuse })).text()).toContain('The cloud is not answering.');
  });
});

describe('sharing', () => {
  async function showDialog() {
    const page = await show(moving);
    await page.click(page.button('Cloud'));
    await page.click(page.button('Share Quarterly figures 9.xlsx…'));
    return page;
  }

  test('is for reading: there is no role to choose', async () => {
    const page = await showDialog();
    expect([...document.querySelectorAll('dialog select')]).toHaveLength(1);
    await page.type('Person', 'ben');
    await page.click(page.button('Share'));
    expect(page.world.shares.at(-1)).toMatchObject({ with: 'ben', role: 'reader' });
  });

  test('with a name that nobody can have goes back to the field', async () => {
    const page = await showDialog();
    await page.type('Person', 'cat & co');
    page.button('Share').focus();
    await page.click(page.button('Share'));
    expect(document.activeElement).toBe(page.field('Person'));
    expect(page.text()).toContain('A name has 1 to 64 letters');
  });
});

describe('a shell that has ended', () => {
  const notes = () =>
    [...document.querySelectorAll('.lost-note .note')].map((note) => note.textContent ?? '');
  const pill = () => document.querySelector('.pill')?.textContent ?? '';

  test.each<readonly [string, Scene]>([
    ['the main window', full],
    ['the login', login],
  ])('is said on %s by one note and the pill, until it is back', async (_, scene) => {
    const page = await show(scene);
    expect([notes(), pill()]).toEqual([[], expect.stringContaining('Ready')]);
    await act(async () => page.world.tellReach?.('lost'));
    expect(notes()).toEqual([expect.stringContaining('Sealkeep itself does not answer')]);
    expect(pill()).toContain('Not answering');
    await act(async () => page.world.tellReach?.('refused'));
    expect(notes()).toEqual([expect.stringContaining('open the address that it prints')]);
    await act(async () => page.world.tellReach?.('there'));
    expect([notes(), pill()]).toEqual([[], expect.stringContaining('Ready')]);
  });
});

test('a page that is not let in says how to get in', async () => {
  const page = await show(SCENES.broken);
  expect(page.text()).toContain('open the address that it prints');
  expect(() => page.button('Try again')).toThrow('no button');
});

test('a page whose jobs cannot be had says why, and has them when it tries again', async () => {
  const page = await show({ ...full, refuse: { 'jobs.list': { code: 'INTERNAL', details: {} } } });
  expect(document.querySelector('main [role=alert]')?.textContent).toContain('INTERNAL');
  page.world.refuse = {};
  await page.click(page.button('Try again'));
  expect(document.querySelectorAll('[data-testid=job]')).toHaveLength(7);
});

test('a login that lacks something says what, and goes there', async () => {
  const page = await show(login);
  await page.click(page.button('Log in'));
  expect(document.activeElement).toBe(page.field('Password'));
  expect(page.text()).toContain('Please fill this in.');
  expect(page.text()).toContain('The code has six digits.');
});

test('an enrolment that was begun anew is gone on with from the account', async () => {
  const page = await show({
    state: {
      ...login.state,
      last_user: null,
      enrolment: { user: 'ana', step: 'authenticator', purpose: 'register' },
    },
  });
  await page.click(page.button('Start over'));
  expect(page.text()).toContain('The account of ana waits for the first code');
  await page.click(page.button('Go on with it'));
  expect(page.text()).toContain('Set up your authenticator');
});

test('no link leads away while an account is being made', async () => {
  const page = await show({
    state: { ...login.state, last_user: null },
    hang: ['account.register'],
  });
  await page.type('Name', 'ana');
  await page.type('Choose a password', 'four wandering teal lamps');
  await page.click(page.button('Create account'));
  await page.click(page.button('Use other servers'));
  await page.click(page.button('I already have an account'));
  expect(page.text()).toContain('Create your account');
  expect(page.world.state.place).toBe('team');
});

describe('a logout that fails', () => {
  const error = { code: 'SERVER_UNREACHABLE', details: { service: 'KMS', url: 'x' } } as const;

  test('because the key server is away is a logout here, and says so', async () => {
    const page = await show(full);
    const carrier = window.sealkeep;
    if (!carrier) throw new Error('no bridge');
    window.sealkeep = {
      ...carrier,
      call: async (name, input) => {
        const result = await carrier.call(name, input);
        return name === 'account.logout' ? { ok: false, error } : result;
      },
    };
    await act(logOut);
    expect(page.text()).toContain('You are logged out on this computer. The key server could not be told');
    expect(page.text()).not.toContain('Your login has ended');
  });

  test('because the agent was not reached leaves the person here, and says why', async () => {
    const page = await show({ ...full, refuse: { 'account.logout': error } });
    await act(logOut);
    expect(document.querySelector('main')?.textContent).toContain('does not answer');
    expect(page.button('Account: ana')).toBeDefined();
    // A login that then ends is news.
    await page.tell({ user: null });
    expect(page.text()).toContain('Your login has ended');
  });
});

test('folders that were left out are said in a note that stays, and why a file was not taken beside it', async () => {
  const page = await show(full);
  const carrier = window.sealkeep;
  if (!carrier) throw new Error('no bridge');
  const leftOut = [
    { name: 'photos', error: { code: 'FILE_NOT_A_FILE', details: { file: 'photos' } } },
    { name: 'a.txt', error: { code: 'FILE_NOT_READABLE', details: { file: 'a.txt' } } },
  ] as const;
  window.sealkeep = { ...carrier, offer: async () => ({ taken: [], leftOut }) };
  await page.drop([new File([], 'photos'), new File([], 'a.txt')]);
  expect(page.text()).toContain('1 folder was left out: this browser does not show what is in it.');
  expect(page.text()).toContain('a.txt cannot be read');
  expect(document.querySelector('.toast')).toBeNull();
});

test.each(['full', 'many'] as const)(
  'no name of a file turns its row round, nor a sentence: %s',
  async (scene) => {
    const turning = (key: string, value: unknown): unknown =>
      (key === 'name' || key === 'file') && typeof value === 'string' ? `\u202e\u0007${value}` : value;
    const page = await show(JSON.parse(JSON.stringify(worldOf(SCENES[scene]), turning)) as Scene);
    const expectShown = (what: string) => {
      const names = [...document.querySelectorAll(what)].map((one) => one.textContent);
      expect(names.length).toBeGreaterThan(0);
      for (const name of names) expect(name).toMatch(/^\ufffd\ufffd/);
      for (const steering of ['\u202e', '\u0007']) expect(document.body.innerHTML).not.toContain(steering);
    };
    expectShown('.job-name');
    await page.click(page.button('Cloud'));
    expectShown('tbody .cell-name');
  },
);

describe('jobs', () => {
  const rows = () => [...document.querySelectorAll('[data-testid=job]')].map((row) => row.textContent ?? '');

  test('of many files are one row each: what it is called, how many are done, where they lie', async () => {
    await show(SCENES.many);
    const [running, paused, done, failed, lost, interrupted] = rows();
    expect(running).toMatch(
      /會議紀錄\.docx and 4,999 more.*Sealing.*1,204 of 5,000 files · 3 files failed · 48 MB of/,
    );
    expect(paused).toContain('Paused');
    expect(done).toMatch(/photo-1\.heic and 4,999 more.*Sealed.*5,000 files in \/home\/ana\/Documents/);
    expect(done).not.toContain('Open');
    expect(failed).toMatch(/Not complete.*122 of 250 files in .*128 files failed.*and 28 more\./);
    expect(failed).toContain('invoice-100.pdf.enc is damaged');
    expect(lost).toMatch(/Interrupted.*The page that held the file is gone/);
    expect(lost).not.toContain('Try again');
    expect(interrupted).toMatch(/Interrupted.*Sealkeep was closed before this was done.*340 of 812 files/);
  });

  test('whose page is gone say that and nothing else', async () => {
    const [, lost] = SCENES.many.jobs;
    const error = { code: 'FILE_PAGE_GONE', details: { file: 'notes.txt' } } as const;
    await show({ ...SCENES.many, jobs: lost ? [{ ...lost, state: 'failed', error }] : [] });
    expect(rows()[0]).toMatch(/The page that held the file is gone\. Add it again to go on\.$/);
    expect(rows()[0]?.match(/gone/g)).toHaveLength(1);
  });

  test('are paused and resumed by one button, which keeps the focus', async () => {
    const page = await show(SCENES.many);
    const pause = page.button('Pause 會議紀錄.docx and 4,999 more');
    pause.focus();
    await page.click(pause);
    expect(page.world.jobs.at(-1)?.state).toBe('paused');
    expect(document.activeElement).toBe(page.button('Resume 會議紀錄.docx and 4,999 more'));
    await page.click(page.button('Resume 會議紀錄.docx and 4,999 more'));
    expect(page.world.jobs.at(-1)?.state).toBe('waiting');
  });

  test('that were interrupted are tried again, and can be cleared', async () => {
    const page = await show(SCENES.many);
    await page.click(page.button('Try again: IMG_0001.jpg and 811 more'));
    expect(page.world.jobs[0]?.state).toBe('waiting');
    await page.click(page.button('Clear finished'));
    expect(page.world.jobs.map(({ state }) => state)).toEqual(['waiting', 'paused', 'running']);
  });
});

test('what was sealed is opened by a job of its own', async () => {
  const page = await show(full);
  await vi.waitFor(() => page.button('Open 合約書（最終版）.pdf'));
  await page.click(page.button('Open 合約書（最終版）.pdf'));
  expect(page.world.jobs.at(-1)).toMatchObject({ kind: 'open', name: '合約書（最終版）.pdf.enc' });
  expect(() => page.button('Open report.txt.enc')).toThrow('no button');
});
