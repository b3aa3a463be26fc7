// @vitest-environment jsdom
import { expect, test } from 'vitest';
import type { BridgeError } from '../../../shared/bridge/state.ts';
import { SCENES, type Scene } from '../../testing/scenes.ts';
import { showApp } from '../../testing/show-app.tsx';

const show = (scene: Scene = SCENES.administrator) => showApp(scene, 'Activity');

const rows = () =>
  [...document.querySelectorAll('[data-testid=activity]')].map(({ textContent }) => textContent ?? '');

test('who did what with which file, and why it was refused; older ones on demand', async () => {
  const page = await show();
  expect(rows()).toHaveLength(6);
  expect(rows()[0]).toContain('Allowedben opened a file: report.txt');
  expect(rows()[1]).toContain('Refusedchris tried to open a file: a file that is not in the cloudRefused: ');
  expect(rows()[1]).toContain('from 203.0.113.7');
  expect(rows()[2]).toContain('You changed somebody’s role: ben: administrator');
  expect(rows()[3]).toContain('The key server rotated a key: version 6');
  expect(rows()[4]).toContain('Somebody unknown');
  expect(rows()[4]).toContain('1,204 times');
  await page.click(page.button('Older entries'));
  expect(rows()).toHaveLength(9);
  expect(rows()[7]).toContain('did what this Sealkeep has no words for: said by a newer key server');
  expect(() => page.button('Older entries')).toThrow('no button');
});

test('filters leave what fits, and nothing is said where nothing does', async () => {
  const page = await show();
  await page.type('Who', 'ben');
  await page.type('File', 'report.txt');
  await page.click(page.button('Apply'));
  expect(rows()).toHaveLength(1);
  await page.type('From', '2026-11-23');
  await page.click(page.button('Apply'));
  expect(page.text()).toContain('No entry matches');
  await page.click(page.button('Clear filter'));
  expect(rows()).toHaveLength(6);
});

test('a member is not asked who', async () => {
  const page = await show(SCENES.empty);
  expect(() => page.field('Who')).toThrow('no field');
});

test('the chain is walked: how far it holds, or where it breaks', async () => {
  const broken: BridgeError = { code: 'AUDIT_LOG_BROKEN', details: { seq: 4 } };
  const page = await show({ ...SCENES.administrator, refuse: { 'activity.verify': broken } });
  await page.click(page.button('Verify'));
  expect(document.querySelector('[role=alert] .note')?.textContent).toContain('from entry 4 on');
  page.world.refuse = {};
  await page.click(page.button('Verify'));
  expect(page.text()).toContain('The log holds: 9 entries were checked');
  expect(page.text()).toContain('signed it up to entry 9');
});

test('an export says where it lies, and is handed to a browser that can save it', async () => {
  const page = await show();
  await page.click(page.button('Export'));
  expect(page.text()).toContain('sealkeep-activity-2026-11-22T08-10-00.jsonl is in /home/ana/Sealkeep.');
  const save = 'Save sealkeep-activity-2026-11-22T08-10-00.jsonl';
  expect(() => page.button(save)).toThrow('no button');
  await page.tell({ can: { ...page.world.state.can, save: true } });
  await page.click(page.button(save));
  expect(page.text()).toContain('was handed to your browser.');
});
