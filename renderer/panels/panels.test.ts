// @vitest-environment jsdom
import { describe, expect, test } from 'vitest';
import type { BridgeError } from '../../shared/bridge/state.ts';
import { SCENES, type Scene } from '../testing/scenes.ts';
import { showApp as show } from '../testing/show-app.tsx';

const { away, empty, full } = SCENES;
const AWAY: BridgeError = { code: 'SERVER_UNREACHABLE', details: { service: 'KMS', url: 'https://kms.x' } };
const BROWSER = {
  shell: 'browser',
  can: { show_in_folder: false, choose_folder: false, save: true, hold_folders: true, trash: false },
} as const;
const alerts = () =>
  [...document.querySelectorAll('[role=alert]')].map(({ textContent }) => textContent ?? '').join('');

describe('Files', () => {
  test('empty: says what a drop does, and that nothing runs', async () => {
    const page = await show(empty);
    expect(page.text()).toContain('Files and folders are sealed. Sealed ones (.enc, .sealed) are opened.');
    expect(document.querySelector('[data-testid=job]')).toBeNull();
    expect(() => page.button('Clear finished')).toThrow('no button');
  });

  test('an error of what was dropped stands until it is tried again with success', async () => {
    const error: BridgeError = { code: 'JOB_QUEUE_FULL', details: { limit: 10_000 } };
    const page = await show({ ...empty, refuse: { 'jobs.start': error } });
    await page.drop([new File(['x'], 'a.txt')]);
    expect(alerts()).toContain('JOB_QUEUE_FULL');
    page.world.refuse = {};
    await page.drop([new File(['x'], 'a.txt')]);
    expect(alerts()).toBe('');
    expect(document.querySelectorAll('[data-testid=job]')).toHaveLength(1);
  });

  test('where the page holds folders there is a button for one, which takes whole folders alone', async () => {
    const page = await show({ ...empty, state: { ...empty.state, ...BROWSER } });
    expect(page.text()).toContain('Choose a folder');
    const inputs = [...document.querySelectorAll<HTMLInputElement>('input[type=file]')];
    expect(inputs.map((input) => input.hasAttribute('webkitdirectory'))).toEqual([false, true]);
    await page.close();
    expect((await show(empty)).text()).not.toContain('Choose a folder');
  });

  test('a dropped folder is offered by what the browser shows of it, where the shell wants that', async () => {
    const entry = { name: 'photos', isDirectory: true } as FileSystemDirectoryEntry;
    const drop = async (part: Partial<typeof empty.state>) => {
      const page = await show({ ...empty, state: { ...empty.state, ...part } });
      const carrier = window.sealkeep;
      if (!carrier) throw new Error('no bridge');
      const offered: unknown[] = [];
      window.sealkeep = {
        ...carrier,
        async offer(...given) {
          offered.push(...given);
          return { taken: [], leftOut: [] };
        },
      };
      const [folder, file] = [new File([], 'photos'), new File(['x'], 'a.txt')];
      await page.drop([folder, file], [entry, null]);
      await page.close();
      return { offered, folder, file };
    };
    const held = await drop(BROWSER);
    expect(held.offered).toEqual([[held.file], [entry]]);
    // Electron's bridge could not clone an entry.
    const byPath = await drop({});
    expect(byPath.offered).toEqual([[byPath.folder, byPath.file]]);
  });

  test('a folder that was sealed says what a browser could not tell, and is no download', async () => {
    const [done] = full.jobs.filter(({ kind, state }) => kind === 'seal' && state === 'done');
    if (!done) throw new Error('the scene has no sealed file');
    const job = {
      ...done,
      name: 'photos',
      outputs: [{ name: 'photos.sealed', folder: '/home/ana/Sealkeep' }],
    };
    const rows = async (folder: 'here' | 'page') => {
      const page = await show({ ...full, jobs: [{ ...job, folder }], state: { ...full.state, ...BROWSER } });
      const text = document.querySelector('[data-testid=job]')?.textContent ?? '';
      await page.close();
      return text;
    };
    const held = await rows('page');
    expect(held).toContain('photos.sealed in /home/ana/Sealkeep');
    expect(held).toContain('links, permissions, times of folders');
    for (const action of ['Save', 'Upload']) expect(held).not.toContain(action);
    expect(await rows('here')).not.toContain('links, permissions');
  });

  test('offline: says so above jobs that stay', async () => {
    const page = await show({ ...full, state: away.state });
    expect(page.text()).toContain('The cloud is not answering. Nothing can be sealed or opened');
    expect(document.querySelectorAll('[data-testid=job]')).toHaveLength(7);
  });
});

describe('the Share dialog', () => {
  const FILE = 'Quarterly figures 9.xlsx';
  const open = (scene: Scene, file = FILE) => show(scene, 'Cloud', `Share ${file}…`);
  const skeleton = () => document.querySelector('dialog .skeleton');

  test('loading: says so, and can share already', async () => {
    const page = await open({ ...full, hang: ['shares.list'] });
    expect(skeleton()?.getAttribute('aria-label')).toBe('Loading the list…');
    expect(page.button('Share').getAttribute('aria-disabled')).toBeNull();
  });

  test('empty: only the owner', async () => {
    const page = await open(full);
    expect(page.text()).toContain('Only you.');
    expect(skeleton()).toBeNull();
  });

  test('a list that can’t be had, until it can', async () => {
    const page = await open({ ...full, refuse: { 'shares.list': AWAY } }, 'report.txt');
    expect(alerts()).toContain('The KMS at https://kms.x does not answer');
    expect(skeleton()).toBeNull();
    page.world.refuse = {};
    await page.click(page.button('Try again'));
    expect(alerts()).toBe('');
    expect(page.button('Stop sharing with ben')).toBeDefined();
  });

  test('a person whom nobody knows: the sentence, and the name stays to be mended', async () => {
    const page = await open(full);
    await page.type('Person', 'nobody');
    await page.click(page.button('Share'));
    expect(alerts()).toContain('GRANT_USER_UNKNOWN');
    expect(page.field('Person').value).toBe('nobody');
  });

  test('sharing that could not be stopped goes on, and says why at that person', async () => {
    const page = await open({ ...full, refuse: { 'shares.remove': AWAY } }, 'report.txt');
    await page.click(page.button('Stop sharing with ben'));
    expect(document.querySelector('.accesses [role=alert]')?.textContent).toContain('does not answer');
    page.world.refuse = {};
    await page.click(page.button('Stop sharing with ben'));
    expect(page.text()).toContain('Only you.');
  });
});

describe('Settings', () => {
  const open = (scene: Scene) => show(scene, 'Settings');

  test('offline: which server is away, and a test of both that fails', async () => {
    const page = await open({ ...away, refuse: { 'servers.test': AWAY } });
    const states = [...document.querySelectorAll('.servers dd')].map(({ textContent }) => textContent);
    expect(states[0]).toContain('Ready');
    expect(states[1]).toContain('Not answering');
    await page.click(page.button('Test servers'));
    expect(alerts()).toContain('does not answer');
    page.world.refuse = {};
    await page.click(page.button('Test servers'));
    expect(alerts()).toBe('');
    expect(page.text()).toContain('Both servers answer.');
  });

  test('loading: servers that start say so, and a test that goes on takes no second click', async () => {
    const { servers } = away.state;
    const starting = { ...servers.kms, state: 'starting' } as const;
    const state = { ...away.state, servers: { kms: starting, cloud: starting } };
    const page = await open({ state, hang: ['servers.test'] });
    expect(document.querySelector('.servers dd')?.textContent).toContain('Starting');
    await page.click(page.button('Test servers'));
    expect(page.button('Test servers').getAttribute('aria-disabled')).toBe('true');
  });

  test('a folder that is refused says why, and the one before is kept', async () => {
    const state = { ...full.state, ...BROWSER };
    const details = { folder: '/etc' };
    const refused: BridgeError = { code: 'OUTPUT_FOLDER_REFUSED', details };
    const page = await open({ state, refuse: { 'settings.change': refused } });
    await page.type('Folder', '/etc');
    await page.click(page.button('Save'));
    expect(alerts()).toContain('Choose a folder inside your home folder');
    expect(page.world.state.settings.output_folder).toBe('/home/ana/Sealkeep');
    page.world.refuse = {};
    await page.type('Folder', '/home/ana/Sealed');
    await page.click(page.button('Save'));
    expect(alerts()).toBe('');
    expect(page.world.state.settings.output_folder).toBe('/home/ana/Sealed');
    expect(page.text()).toContain('The folder was changed.');
  });

  test('a folder that the system’s dialog names is shown', async () => {
    const page = await open(full);
    await page.click(page.button('Choose folder…'));
    expect(document.querySelector('.folder code')?.textContent).toBe('/home/ana/Documents/Sealed');
    expect(page.text()).toContain('The folder was changed.');
  });

  test('a place that could not be left says why, and a login that then ends is news', async () => {
    const page = await open({ ...full, refuse: { 'place.leave': AWAY } });
    await page.click(page.button('Use other servers…'));
    await page.click(page.button('Use other servers'));
    expect(alerts()).toContain('does not answer');
    await page.tell({ user: null });
    expect(page.text()).toContain('Your login has ended');
  });
});
