import { cpus, loadavg, totalmem } from 'node:os';

/** What else the machine did as the bench began: figures of a busy one say little. */
const LOAD_BEFORE = loadavg()[0] ?? 0;

/** One line of what a bench prints: DESIGN.md asks for each figure beside its budget and what it is compared with. */
export interface Figure {
  readonly work: string;
  readonly measured: number;
  /** Undefined where there is nothing here to compare with. */
  readonly budget: number | undefined;
  /** A budget that is no number: whoever reads the line judges it. */
  readonly budgetText?: string;
  /** Whether the budget is the most or the least that is allowed. */
  readonly limit: 'at most' | 'at least';
  readonly unit: string;
  /** What it is made of, or compared with. */
  readonly beside: string;
}

/** The middle one; of an even number the upper of the two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new TypeError('there is no median of nothing');
  return middle;
}

/**
 * Measures several ways of one work in turn, five times over, so that whatever else the machine does meets all of them.
 * @returns what each way gave, five of each.
 */
export async function inTurn<Way extends string, Result>(
  ways: readonly Way[],
  measure: (way: Way) => Promise<Result>,
): Promise<Record<Way, Result[]>> {
  const results = Object.fromEntries(ways.map((way) => [way, [] as Result[]])) as Record<Way, Result[]>;
  for (let round = 0; round < 5; round += 1) for (const way of ways) results[way].push(await measure(way));
  return results;
}

function isWithin({ measured, budget, limit }: Figure): boolean {
  if (budget === undefined) return true;
  return limit === 'at most' ? measured <= budget : measured >= budget;
}

function verdictOn(figure: Figure): string {
  if (figure.budget === undefined) return '';
  return isWithin(figure) ? 'kept' : 'MISSED';
}

const shown = (value: number, unit: string) =>
  `${value >= 100 ? value.toFixed(0) : Number(value.toPrecision(3))} ${unit}`;

/** The figures as lines, in columns. */
function tableOf(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.work,
    shown(figure.measured, figure.unit),
    figure.budget === undefined
      ? (figure.budgetText ?? 'none')
      : `${figure.limit} ${shown(figure.budget, figure.unit)}`,
    verdictOn(figure),
    figure.beside,
  ]);
  const all = [['work', 'measured', 'budget', '', 'beside'], ...rows];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? [];
  return all
    .map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
    .map((line) => line.trimEnd())
    .join('\n');
}

/** On what the figures were taken. */
function machineLine(): string {
  const processors = cpus();
  const memory = (totalmem() / 2 ** 30).toFixed(0);
  const { platform, arch, version } = process;
  return `${processors[0]?.model ?? 'unknown processor'} × ${processors.length}, ${memory} GiB, ${platform} ${arch}, Node ${version}, load ${LOAD_BEFORE.toFixed(1)} before, ${(loadavg()[0] ?? 0).toFixed(1)} after`;
}

/** Prints what was measured; the process ends with 1 where a budget was missed. */
export function report(title: string, figures: readonly Figure[]): void {
  console.log(`${title}; times are medians of five\n${machineLine()}\n\n${tableOf(figures)}`);
  if (!figures.every(isWithin)) process.exitCode = 1;
}
