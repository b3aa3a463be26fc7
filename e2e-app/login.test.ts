import { drop, expectState, jobOf, makeFile, showPanel } from './support/files.ts';
import { expect, PLACES, test } from './support/fixtures.ts';
import { expectMainWindow, logIn, logInByRecovery, logOut } from './support/person.ts';

const REFUSED = /Name, password or code is not right/;
const ENDED = 'Your login has ended. Log in again to go on where you were; your jobs are kept.';

for (const place of PLACES) {
  test.describe(`servers: ${place}`, () => {
    test('logging out and in; wrong and used secrets are refused', async ({ personAt }) => {
      const { page, me } = await personAt('ana', place);
      const { name, authenticator } = me;
      const refused = page.getByText(REFUSED);
      await logOut(page, name);
      await expect(page.getByLabel('Name', { exact: true })).toHaveValue(name);

      await logIn(page, name, authenticator.wrongCode());
      await expect(refused).toBeVisible();
      await expect(page.getByLabel('Code from your authenticator')).toHaveValue('');
      const code = await authenticator.code();
      await logIn(page, name, code, 'not the password at all');
      await expect(refused).toBeVisible();
      await logIn(page, name, code);
      await expectMainWindow(page, name);
      await expect(page.getByRole('heading', { name: 'Files', level: 1 })).toBeVisible();

      await logOut(page, name);
      await expect(refused).toBeHidden();
      await logIn(page, name, code);
      await expect(refused).toBeVisible();
      const [recoveryCode = ''] = me.recoveryCodes;
      await logInByRecovery(page, name, recoveryCode);
      await expectMainWindow(page, name);
      await logOut(page, name);
      await logInByRecovery(page, name, recoveryCode);
      await expect(refused).toBeVisible();
    });

    test('a login that ends returns with panel and jobs kept', async ({ personAt, team, workspace }) => {
      const { page, home, me } = await personAt('ana', place);
      await drop(page, [await makeFile(workspace, 'desk', 'report.txt', 'the figures of May')]);
      await expectState(jobOf(page, 'report.txt'), 'Sealed');
      await showPanel(page, 'Cloud');
      await expect(page.getByText('Nothing in the cloud yet')).toBeVisible();

      // As another device of hers ends it, or another process of her data folder.
      if (place === 'team') await team.endLogins(me);
      else {
        const { exitCode } = await workspace.run(['logout'], { environment: { SEALKEEP_HOME: home } });
        expect(exitCode).toBe(0);
      }
      await drop(page, [await makeFile(workspace, 'desk', 'plan.txt', 'the way there')]);
      await expect(page.getByText(ENDED)).toBeVisible();
      await logIn(page, me.name, await me.authenticator.code());
      await expectMainWindow(page, me.name);

      await expect(page.getByRole('heading', { name: 'Cloud', level: 1 })).toBeVisible();
      const upload = jobOf(page, 'plan.txt');
      await expectState(upload, 'Not uploaded');
      await upload.getByRole('button', { name: 'Try again: plan.txt' }).click();
      const mine = page.getByRole('table', { name: 'Files in the cloud' });
      await expect(mine.getByRole('row', { name: /plan\.txt/ })).toBeVisible();
      await showPanel(page, 'Files');
      await expectState(jobOf(page, 'report.txt'), 'Sealed');
      await expectState(upload, 'Uploaded');
    });
  });
}
