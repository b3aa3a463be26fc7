// @vitest-environment jsdom
import { afterEach, describe, expect, test } from 'vitest';
import type { Job } from '../../shared/bridge/state.ts';
import { SCENES, type Scene } from '../testing/scenes.ts';
import { showApp } from '../testing/show-app.tsx';

let shown: Awaited<ReturnType<typeof showApp>> | undefined;
async function show(scene: Scene) {
  shown = await showApp(scene);
  return shown;
}
afterEach(async () => {
  await shown?.close();
  shown = undefined;
});

const { full } = SCENES;
const sealed = full.jobs[0] as Job;
const { name } = sealed;
const proof = { segments: 4, bytes: 2_400_000, left: 1 };
const proved: Job = { ...sealed, id: 'p', kind: 'prove', can_prove: false, outputs: [], proof };
const showJobs = (...jobs: Job[]) => show({ ...full, jobs });
const rowOf = (kind: Job['kind']) => document.querySelector(`[data-kind=${kind}]`)?.textContent ?? '';

describe('the original of what was sealed', () => {
  test('is proved by a job of its own first', async () => {
    const page = await show(full);
    await page.click(page.button(`Prove ${name}, then move the original to the trash`));
    expect(page.world.jobs.at(-1)).toMatchObject({ kind: 'prove', name, state: 'waiting' });
  });

  test.each(['done', 'failed'] as const)('goes to the trash once the proof is shown (%s)', async (state) => {
    const page = await showJobs({ ...proved, state });
    expect(page.text()).toContain('Proved: 4 segments (2.4 MB) were read back');
    await page.click(page.button(`Move the original to the trash: ${name}`));
    expect(page.world.jobs.at(-1)).toMatchObject({ kind: 'trash', name, state: 'waiting' });
    expect(page.text()).toContain('Proved: 4 segments (2.4 MB) were read back');
    expect(() => page.button(`Move the original to the trash: ${name}`)).toThrow('no button');
  });

  test('is a folder: it is said what of it was compared', async () => {
    const page = await showJobs({ ...proved, proof: { ...proof, segments: 0, folder_files: 3 } });
    expect(page.text()).toMatch(/Proved: 3 files .* names, links, permissions and times/);
    await page.click(page.button(`Move the original to the trash: ${name}`));
    expect(page.world.jobs.at(-1)).toMatchObject({ kind: 'trash', name });
  });

  test('stays where the proof did not outlive a restart, or the shell has no trash', async () => {
    let page = await showJobs({ ...proved, proof: { segments: 0, bytes: 0, left: 0 } });
    expect(page.text()).not.toMatch(/Proved:|trash/);
    await page.close();
    const state = { ...full.state, can: { ...full.state.can, trash: false } };
    page = await show({ ...full, state, jobs: [sealed, proved] });
    expect(page.text()).not.toMatch(/Proved:|trash/);
  });
});

describe('the move to the trash', () => {
  const counted = { bytes: 1200, total: 5000, files: { total: 5000, done: 1200 } };
  const moving: Job = { ...sealed, ...counted, id: 't', kind: 'trash', can_prove: false, outputs: [] };
  const title = `${name} and 4,999 more`;

  test('counts files, and is cancelled', async () => {
    const page = await showJobs({ ...moving, state: 'running', rate: 100, failed: 2 });
    expect(rowOf('trash')).toContain(
      'Moving to the trash1,200 of 5,000 files · 2 files failed · 100 a second · 40 sec left',
    );
    expect(document.querySelector('progress')).toMatchObject({ value: 1200, max: 5000 });
    await page.click(page.button(`Cancel ${title}`));
    expect(rowOf('trash')).toContain('CancelledIn the trash: 1,200 of 5,000 originals.');
  });

  test('of one alone says that it is under way, not how far', async () => {
    const one = { total: 0, bytes: 0, files: { total: 1, done: 0 } };
    await showJobs({ ...moving, ...one, state: 'running' });
    expect(document.querySelector('progress')?.hasAttribute('value')).toBe(false);
  });

  test.each([
    ['done', 5000, 5000, '5,000 originals are in the trash.'],
    ['cancelled', 0, 5000, 'No original was moved.'],
    ['cancelled', 0, 1, 'The original was not moved.'],
  ] as const)('%s: says how many went there (%i of %i)', async (state, done, total, text) => {
    await showJobs({ ...moving, state, files: { total, done } });
    expect(rowOf('trash')).toContain(text);
  });

  test('tries again what is still proved', async () => {
    const failures = [{ name, error: { code: 'TRASH_FAILED', details: { file: name } } }] as const;
    const page = await showJobs({ ...moving, state: 'failed', failed: 1, failures: [...failures] });
    expect(rowOf('trash')).toContain('Not complete');
    expect(rowOf('trash')).not.toMatch(/proved again|The page that held/);
    await page.click(page.button(`Try again: ${title}`));
    expect(page.world.jobs[0]?.state).toBe('waiting');
  });

  test('proves anew what a restart left without a proof', async () => {
    const left = { state: 'interrupted', can_retry: false, can_prove: true } as const;
    const page = await showJobs({ ...moving, ...left });
    expect(rowOf('trash')).toContain('The remaining 3,800 originals have to be proved again');
    expect(rowOf('trash')).not.toContain('The page that held');
    expect(() => page.button(`Try again: ${title}`)).toThrow('no button');
    await page.click(page.button(`Prove ${title}, then move the originals to the trash`));
    expect(page.world.jobs.at(-1)).toMatchObject({ kind: 'prove', state: 'waiting' });
  });
});
