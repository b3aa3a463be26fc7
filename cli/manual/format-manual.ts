import { EXIT_CODE_HELP, EXIT_CODES, EXIT_MEANINGS, type ExitKind } from '../exit-codes.ts';
import { COMMON_OPTIONS, ENVIRONMENT, FILES, type ManualOption } from './common.ts';
import type { ManualPage } from './manual-page.ts';

const INDENT = '  ';
const NARROWEST = 40;
const WIDEST = 100;
/** What stands left of a text, unless the terminal is too narrow for both. */
const TERM = 20;

type Entry = readonly [term: string, text: string];

/** One page as `--help` prints it, in lines of `width` columns where words allow. */
export function formatPage(page: ManualPage, width: number): string {
  const columns = Math.min(WIDEST, Math.max(NARROWEST, width));
  const { name, usage, description, options, output, exits, environment, files, examples } = page;
  return [
    `sealkeep-${name.replaceAll(' ', '-')} - ${page.summary}\n`,
    // Each form on a line of its own; the first is what a reader of an error looks for.
    `${usage.map((form, index) => `${index === 0 ? 'Usage:' : '      '} sealkeep ${name} ${form}`.trimEnd()).join('\n')}\n`,
    section('Description', paragraphs(description, columns)),
    section('Options', entries(options.map(optionEntry), columns)),
    section('Options of every command', entries(COMMON_OPTIONS.map(optionEntry), columns)),
    section('Output', paragraphs(output, columns)),
    section('Exit codes', entries(exitEntries(exits), columns)),
    section(
      'Environment',
      entries(
        environment.map((one) => [one, ENVIRONMENT[one]]),
        columns,
      ),
    ),
    section(
      'Files',
      entries(
        files.map((one) => [one, FILES[one]]),
        columns,
      ),
    ),
    section(
      'Examples',
      examples
        .map(([line, text]) => `${INDENT}$ ${line}\n${wrapped(text, columns, INDENT.repeat(3))}`)
        .join('\n'),
    ),
  ].join('\n');
}

/** The overview: `sealkeep --help`. */
export function formatOverview(
  overview: Pick<ManualPage, 'summary' | 'description' | 'options'>,
  pages: readonly ManualPage[],
  width: number,
): string {
  const columns = Math.min(WIDEST, Math.max(NARROWEST, width));
  return [
    `sealkeep - ${overview.summary}\n`,
    'Usage: sealkeep COMMAND [ARGUMENT…] [OPTION…]\n       sealkeep COMMAND --help\n',
    section('Description', paragraphs(overview.description, columns)),
    section(
      'Commands',
      entries(
        pages.map(({ name, summary }) => [name, summary]),
        columns,
      ),
    ),
    section('Options', entries([...COMMON_OPTIONS, ...overview.options].map(optionEntry), columns)),
    `${EXIT_CODE_HELP}\n`,
    section('Environment', entries(Object.entries(ENVIRONMENT), columns)),
    section('Files', entries(Object.entries(FILES), columns)),
  ].join('\n');
}

function exitEntries(kinds: readonly ExitKind[]): Entry[] {
  const all = new Set<ExitKind>(['done', 'failed', ...kinds]);
  return [...all].toSorted((one, other) => EXIT_CODES[one] - EXIT_CODES[other]).map(exitEntry);
}

function exitEntry(kind: ExitKind): Entry {
  return [String(EXIT_CODES[kind]).padEnd(3), EXIT_MEANINGS[kind]];
}

function optionEntry({ flags, text, isRequired }: ManualOption): Entry {
  return [flags, isRequired ? `${text} It has to be given.` : text];
}

/** Nothing is a fact as well: a reader need not look elsewhere. */
function section(title: string, body: string): string {
  return `${title}:\n${body === '' ? `${INDENT}None.` : body}\n`;
}

function paragraphs(texts: readonly string[], columns: number): string {
  return texts.map((text) => wrapped(text, columns, INDENT)).join('\n\n');
}

function entries(list: readonly Entry[], columns: number): string {
  const isNarrow = columns < 60;
  const widest = Math.min(TERM, Math.max(0, ...list.map(([term]) => term.length)));
  return list
    .map(([term, text]) => {
      const head = INDENT + term.padEnd(widest);
      const indent = isNarrow ? INDENT.repeat(3) : ' '.repeat(INDENT.length + widest + 2);
      const body = wrapped(text, columns, indent);
      return isNarrow || term.length > widest ? `${head.trimEnd()}\n${body}` : `${head}  ${body.trimStart()}`;
    })
    .join('\n');
}

/** In lines that end between words; a word that is too long stays whole, so that it can be copied. */
function wrapped(text: string, columns: number, indent: string): string {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(' ')) {
    if (line !== indent && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = indent;
    }
    line += line === indent ? word : ` ${word}`;
  }
  return [...lines, line].join('\n');
}
