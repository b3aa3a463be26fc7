import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { ERROR_STATUS, isErrorCode } from '../../shared/errors/codes.ts';
import type { CliContext } from '../context.ts';
import { EXIT_CODES, exitCodeOf } from '../exit-codes.ts';
import { createProgram } from '../program.ts';
import { createStandardStreams } from '../standard-streams.ts';
import { createTerminal } from '../terminal.ts';
import { PAGES } from './pages.ts';

const terminal = createTerminal(process, () => undefined);
const { signal } = new AbortController();
const context: CliContext = {
  environment: {},
  platform: 'linux',
  terminal,
  streams: createStandardStreams(process, signal),
  secrets: {
    password: async () => '',
    newPassword: async () => '',
    nextPassword: async () => '',
    code: async () => '',
    firstCode: async () => '',
    recoveryCode: async () => '',
    resetCode: async () => '',
    invitation: async () => '',
    passphrase: async () => '',
    newPassphrase: async () => '',
  },
  now: () => new Date(),
  trash: async () => undefined,
  signal,
  segmentWorkerUrl: new URL('file:///nowhere'),
  serverWorkerUrl: new URL('file:///nowhere'),
  endWith: () => undefined,
};
const program = createProgram(context);
/** By the words that call it: `keys rotate` is below `keys`. */
const commands = program.commands.flatMap((command) => [
  [command.name(), command] as const,
  ...command.commands.map((below) => [`${command.name()} ${below.name()}`, below] as const),
]);

const SECTIONS = [
  'Usage:',
  'Description:',
  'Options:',
  'Options of every command:',
  'Output:',
  'Exit codes:',
  'Environment:',
  'Files:',
  'Examples:',
];

function sectionOf(help: string, title: string): string {
  const [, after = ''] = help.split(`\n${title}\n`);
  return after.split(/\n(?=\S)/)[0] ?? '';
}

/** Without line ends, which depend on the width. */
const plain = (text: string) => text.replace(/\s+/g, ' ');

function longFlags(command: Command): string[] {
  return command.options.map(({ long }) => long ?? '');
}

test('every command has a page, and every page a command', () => {
  expect(commands.map(([name]) => name)).toEqual(Object.keys(PAGES));
});

describe.each(commands)('sealkeep %s --help', (name, command) => {
  const help = command.helpInformation();

  test('begins with what it is, and has every section', () => {
    expect(help).toMatch(new RegExp(`^sealkeep-${name.replaceAll(' ', '-')} - \\S`));
    const titles = help.split('\n').filter((line) => /^[A-Z].*:/.test(line));
    expect(titles.map((title) => title.replace(/^Usage:.*/, 'Usage:'))).toEqual(SECTIONS);
    for (const title of SECTIONS.slice(1)) expect(sectionOf(help, title).trim()).not.toBe('');
  });

  test('describes every option, with what holds without it, and names none that there is not', () => {
    const own = sectionOf(help, 'Options:');
    const common = sectionOf(help, 'Options of every command:');
    for (const { flags, long, mandatory } of command.options) {
      const [, text = ''] = plain(own).split(`${flags} `);
      const described = text.split(/ --\w/)[0] ?? '';
      expect(described.length, long).toBeGreaterThan(20);
      expect(described, long).toMatch(mandatory ? /has to be given/ : /Default: |^With -/);
    }
    for (const { flags, long } of program.options)
      if (long !== '--version') expect(common).toContain(`  ${flags}`);
    const known = new Set([...longFlags(command), ...longFlags(program), '--help']);
    const named = [...help.matchAll(/(?<![\w-])--[a-z]+(?:-[a-z]+)*/g)].map(([flag]) => flag);
    expect(named.filter((flag) => !known.has(flag))).toEqual([]);
  });

  test('shows each argument and option in its usage, and examples that begin with a command', () => {
    const usage = help.slice(0, help.indexOf('\nDescription:'));
    for (const flag of longFlags(command)) expect(usage).toContain(flag);
    for (const line of sectionOf(help, 'Examples:')
      .split('\n')
      .filter((one) => one.includes('$ ')))
      expect(line).toContain('sealkeep');
  });

  test('lists exit codes in order, as the overview has them', () => {
    const codes = [...sectionOf(help, 'Exit codes:').matchAll(/^ {2}(\d+) /gm)].map(([, code]) =>
      Number(code),
    );
    expect(codes).toEqual([...codes].sort((one, other) => one - other));
    expect(codes).toEqual(expect.arrayContaining([EXIT_CODES.done, EXIT_CODES.failed, EXIT_CODES.cancelled]));
  });

  test('no line is wider than the terminal, but for what is copied', () => {
    for (const width of [40, 80, 120]) {
      const narrow = command.createHelp();
      narrow.helpWidth = width;
      const lines = narrow.formatHelp(command, narrow).split('\n');
      for (const line of lines.filter((one) => one.length > width))
        expect(line).toMatch(/^ {2}\$ |^(Usage:| {6}) sealkeep |^ +\S+$|^sealkeep-/);
    }
  });
});

test('commands with files can end as any error of theirs does', () => {
  const documented = new Set(PAGES.encrypt.exits.map((kind): number => EXIT_CODES[kind]));
  const ends = Object.keys(ERROR_STATUS).filter(isErrorCode).map(exitCodeOf);
  expect([...new Set(ends)].filter((code) => code !== EXIT_CODES.failed && !documented.has(code))).toEqual(
    [],
  );
});
