import { expect, test, vi } from 'vitest';
import { createGate } from '../../engine/gate.ts';
import type { JobOwner } from './as-person.ts';
import { trashWork } from './trash-work.ts';

const ANA: JobOwner = { place: 'here', user: 'ana' };
const FILE = { name: 'a', size: 1, path: '/a', enc: '/a.enc', is_folder: false };

test.each([
  ['nobody', undefined],
  ['somebody else', { ...ANA, user: 'ben' }],
  ['the same person elsewhere', { ...ANA, place: 'https://kms.example' }],
])('nothing is moved while %s is logged in', async (_, present) => {
  const trash = vi.fn();
  const work = trashWork({ owner: ANA, present: () => present, trash }, [FILE]);
  const run = work.run({
    ...{ signal: new AbortController().signal, gate: createGate(), files: [0] },
    report: { finished: vi.fn(), failed: vi.fn(), leftOut: vi.fn(), progress: vi.fn() },
  });
  await expect(run).rejects.toMatchObject({ code: 'NOT_LOGGED_IN' });
  expect(trash).not.toHaveBeenCalled();
});
