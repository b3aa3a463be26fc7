import { readFile } from 'node:fs/promises';
import { drop, expectState, jobOf, makeFile, showPanel } from './support/files.ts';
import { expect, test } from './support/fixtures.ts';
import { anaHere, expectMainWindow, logIn } from './support/person.ts';
import { LOCALES, sentenceIn, textsIn } from './support/texts.ts';

const LANGUAGE = 'zh-Hant';
test.use({ locale: LOCALES[LANGUAGE] });
const t = textsIn(LANGUAGE);

test('a key is rotated and a version revoked; the log tells of it, holds, and is taken along', async ({
  openApp,
  workspace,
}) => {
  const { page, ana, close } = await anaHere(openApp);
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  await showPanel(page, t('nav.cloud'));
  for (const name of ['plan.txt', 'report.txt']) {
    await drop(page, [await makeFile(workspace, 'desk', name, name)]);
    await expect(page.getByRole('row', { name: new RegExp(name) })).toBeVisible();
  }
  await showPanel(page, t('nav.keys'));
  const versions = page.getByTestId('version');
  const expectVersion = async (version: number, ...said: readonly string[]) => {
    const row = versions.filter({ hasText: t('keys.version', { version: String(version) }) });
    for (const text of said) await expect(row).toContainText(text);
  };
  await expectVersion(1, t('keys.status.active'), t('keys.needed', { n: 2 }));
  await press(t('keys.rotate'));
  const rotation = t('job.rewrap.title', { version: '2' });
  await expectState(jobOf(page, rotation), t('job.rewrap.done'));
  await expect(jobOf(page, rotation)).toContainText(t('job.rewrap.made', { n: 2 }));
  await expectVersion(2, t('keys.status.active'), t('keys.needed', { n: 2 }));
  await expectVersion(1, t('keys.status.readable', { date: '|' }).split('|')[0] ?? '', t('keys.needed.none'));

  await press(t('keys.actions', { version: '1' }));
  await page.getByRole('menuitem', { name: t('keys.disable') }).click();
  const dialog = page.getByRole('dialog');
  const revoke = async (code: string) => {
    await dialog.getByLabel(t('login.code')).fill(code);
    await dialog.getByRole('button', { name: t('keys.disable.go'), exact: true }).click();
  };
  await revoke(ana.authenticator.wrongCode());
  const refusal = sentenceIn(LANGUAGE, 'CODE_REFUSED');
  await expect(dialog.getByText(refusal)).toBeVisible();
  await revoke(await ana.authenticator.code());
  await expectVersion(1, t('keys.status.disabled'));
  await press(t('keys.needing.show'));
  await expect(dialog.getByRole('listitem')).toHaveText(['plan.txt', 'report.txt']);
  await page.keyboard.press('Escape');

  await showPanel(page, t('nav.activity'));
  const entries = page.getByTestId('activity');
  const revoked = t('activity.what-about', { what: t('activity.op.disable-key-version') });
  const expectOne = (...said: readonly string[]) => {
    const found = said.reduce((rows, hasText) => rows.filter({ hasText }), entries);
    return expect(found).toHaveCount(1);
  };
  await expectOne(t('activity.you'), revoked, t('activity.version', { version: '1' }));
  await page
    .locator('summary')
    .filter({ hasText: t('activity.filter') })
    .click();
  await page.getByLabel(t('activity.decision')).selectOption(t('activity.decision.refused'));
  await press(t('activity.filter.go'));
  await expect(entries).toHaveCount(1);
  await expectOne(t('activity.decision.refused'), t('activity.tried.disable-key-version'), refusal);
  await press(t('activity.filter.clear'));
  await page.getByLabel(t('activity.file'), { exact: true }).fill('plan.txt');
  await press(t('activity.filter.go'));
  await expectOne(t('activity.what-about', { what: t('activity.op.wrap') }), 'plan.txt');
  await expect(entries.filter({ hasText: 'report.txt' })).toHaveCount(0);

  // The key server signs where its log stands when it ends, at the latest.
  await close();
  const { page: again, canSave } = await openApp('ana');
  await logIn(again, 'ana', await ana.authenticator.code());
  await expectMainWindow(again, 'ana');
  await expectState(jobOf(again, rotation), t('job.rewrap.done'));
  await showPanel(again, t('nav.activity'));
  await again.getByRole('button', { name: t('activity.verify') }).click();
  const [holds = ''] = t('activity.verified', { n: 2 }).split('2');
  await expect(again.getByText(holds)).toBeVisible();
  await again.getByRole('button', { name: t('activity.export') }).click();
  await expect(again.getByText(/^sealkeep-activity-.*\.jsonl/)).toBeVisible();
  if (!canSave) return;
  const [download] = await Promise.all([
    again.waitForEvent('download'),
    again.getByRole('button', { name: t('job.save', { name: 'sealkeep-activity-' }) }).click(),
  ]);
  const lines = (await readFile(await download.path(), 'utf8')).split('\n');
  expect(lines.some((line) => line.includes('disable-key-version'))).toBe(true);
});
