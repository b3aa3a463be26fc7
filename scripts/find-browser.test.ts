import { expect, test } from 'vitest';
import { findBrowser, type Machine, provideBrowser } from './find-browser.ts';

const OWN = '/home/ana/.cache/ms-playwright/chromium/chrome';
const DEBIAN = '/etc/debian_version';

/** A machine with these files, where a command that is named here makes the file beside it. */
function machineWith(
  files: readonly string[],
  makes: Readonly<Record<string, string>> = {},
  rest: Partial<Machine> = {},
) {
  const there = new Set(files);
  const said: string[] = [];
  const ran: string[] = [];
  const machine: Machine = {
    platform: 'linux',
    environment: { PATH: '/usr/local/bin:/usr/bin' },
    isRoot: false,
    playwrightProgram: OWN,
    isThere: (file) => there.has(file),
    run(command, args) {
      const line = [command, ...args].join(' ');
      ran.push(line);
      const made = makes[line];
      if (made !== undefined) there.add(made);
      return made !== undefined;
    },
    say: (line) => void said.push(line),
    ...rest,
  };
  return { machine, said, ran };
}

const UPDATE = 'apt-get -qq update';
const INSTALL = 'apt-get -qq install -y --no-install-recommends chromium';
const DOWNLOAD = 'playwright install --no-shell chromium';

test.each<[string, string[], Partial<Machine>, string | undefined]>([
  ["Playwright's own before the system's", [OWN, '/usr/bin/chromium'], {}, OWN],
  ["the system's, wherever PATH leads", ['/usr/local/bin/google-chrome'], {}, '/usr/local/bin/google-chrome'],
  [
    'one that is named before all others',
    [OWN, '/opt/browser'],
    { environment: { SEALKEEP_TEST_BROWSER: '/opt/browser' } },
    '/opt/browser',
  ],
  [
    'Chrome on a Mac',
    ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'],
    { platform: 'darwin' },
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ],
  ['none', [], {}, undefined],
])('found: %s', (_, files, rest, program) => {
  const { machine, ran } = machineWith(files, {}, rest);
  expect(findBrowser(machine)).toBe(program);
  if (program !== undefined) expect(provideBrowser(machine)).toBe(program);
  expect(ran).toEqual([]);
});

test('root on Debian installs it with apt-get', () => {
  const makes = { [UPDATE]: '/var/lib/apt', [INSTALL]: '/usr/bin/chromium' };
  const { machine, ran, said } = machineWith([DEBIAN], makes, { isRoot: true });
  expect(provideBrowser(machine)).toBe('/usr/bin/chromium');
  expect(ran).toEqual([UPDATE, INSTALL]);
  expect(said).toEqual([
    'There is no browser for the tests of the window; installing Chromium with apt-get.',
  ]);
});

test('everybody else, and root where apt-get fails, tries Playwright’s download', () => {
  const plain = machineWith([DEBIAN], { [DOWNLOAD]: OWN });
  expect(provideBrowser(plain.machine)).toBe(OWN);
  expect(plain.ran).toEqual([DOWNLOAD]);

  const root = machineWith([DEBIAN], { [DOWNLOAD]: OWN }, { isRoot: true });
  expect(provideBrowser(root.machine)).toBe(OWN);
  expect(root.ran).toEqual([UPDATE, DOWNLOAD]);
});

test('where nothing helps one sentence says how to get one', () => {
  const { machine, ran } = machineWith([]);
  expect(() => provideBrowser(machine)).toThrow(
    'There is no browser for the tests of the window; run "npx playwright install --with-deps chromium", or install Chromium and set SEALKEEP_TEST_BROWSER to its program.',
  );
  expect(ran).toEqual([DOWNLOAD]);
});

test('a name that leads nowhere is said, and nothing is installed', () => {
  const environment = { SEALKEEP_TEST_BROWSER: '/opt/nowhere' };
  const { machine, ran } = machineWith([OWN], {}, { environment });
  expect(() => provideBrowser(machine)).toThrow(
    'SEALKEEP_TEST_BROWSER names /opt/nowhere, and there is no such program.',
  );
  expect(ran).toEqual([]);
});
