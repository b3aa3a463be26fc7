import type { Command } from 'commander';
import { formatPage } from './format-manual.ts';
import type { ManualPage } from './manual-page.ts';
import { type CommandName, PAGES } from './pages.ts';

/** Where nobody says how wide the terminal is. */
export const PLAIN_WIDTH = 80;

/**
 * Adds a command as its page has it: arguments, options and `--help`. The caller adds what it does.
 * @param parent the program, or for a page such as `keys rotate` the command `keys`.
 */
export function addCommand(parent: Command, name: CommandName): Command {
  const page: ManualPage = PAGES[name];
  const command = parent
    .command([page.name.split(' ').at(-1), page.arguments].filter(Boolean).join(' '))
    .summary(page.summary)
    .showHelpAfterError(`("sealkeep ${page.name} --help" says what it takes)`)
    .configureHelp({ formatHelp: (_, { helpWidth }) => formatPage(page, helpWidth ?? PLAIN_WIDTH) });
  for (const { flags, text, isRequired } of page.options) {
    if (isRequired) command.requiredOption(flags, text);
    else command.option(flags, text);
  }
  return command;
}
