import { type Figure, median } from '../support/figures.ts';
import { type Load, load } from './load.ts';
import type { Watched } from './orders.ts';
import type { Echo, Service } from './service.ts';

/** A load, and what it cost the server. */
interface WatchedLoad extends Load {
  /** Processor time of a call in microseconds, all threads together: it says less of what else runs. */
  readonly cpuUs: number;
  readonly heldMs: number;
}

/** The same bodies, to the KMS and to the echo. */
export interface Round {
  readonly ours: WatchedLoad;
  readonly echo: WatchedLoad;
}

/** Undefined where DESIGN.md has none. */
export interface CallBudgets {
  /** The share of the echo's pace, at least. */
  readonly pace?: number;
  /** Milliseconds, at most. */
  readonly p50?: number;
  readonly p99?: number;
}

/** Posts bodies to a path of the KMS, and then to the echo. */
export async function besideEcho(
  { service, echo }: { readonly service: Service; readonly echo: Echo },
  path: string,
  bodies: readonly string[],
  connections: number,
): Promise<Round> {
  return {
    ours: await watching(service, `${service.address}/${path}`, bodies, connections),
    echo: await watching(echo, echo.url, bodies, connections),
  };
}

async function watching(
  server: { watch(): Promise<unknown>; watched(): Promise<Watched> },
  url: string,
  bodies: readonly string[],
  connections: number,
): Promise<WatchedLoad> {
  await server.watch();
  const measured = await load(url, bodies, connections);
  const { cpuUs, heldMs } = await server.watched();
  return { ...measured, cpuUs: cpuUs / bodies.length, heldMs };
}

/** Of all rounds the middle: pace and ratio, percentiles, processor time. */
export function figuresOf(work: string, rounds: readonly Round[], budgets: CallBudgets): Figure[] {
  const middle = (value: (round: Round) => number) => median(rounds.map(value));
  const ms = (which: keyof Round, what: 'p50' | 'p95' | 'p99') =>
    `${what} ${middle((round) => round[which][what]).toFixed(1)}`;
  const echoes = `the echo's ${ms('echo', 'p50')}, ${ms('echo', 'p95')}, ${ms('echo', 'p99')} ms`;
  const pace = (which: keyof Round) => `${shownPace(middle((round) => round[which].perSecond))}/s`;
  return [
    {
      work: `${work}: pace beside a bare echo`,
      measured: middle(({ ours, echo }) => ours.perSecond / echo.perSecond),
      budget: budgets.pace,
      limit: 'at least',
      unit: '×',
      beside: `${pace('ours')} beside ${pace('echo')}`,
    },
    {
      work: `${work}: p50`,
      measured: middle(({ ours }) => ours.p50),
      budget: budgets.p50,
      limit: 'at most',
      unit: 'ms',
      beside: `${ms('ours', 'p95')} ms`,
    },
    {
      work: `${work}: p99`,
      measured: middle(({ ours }) => ours.p99),
      budget: budgets.p99,
      limit: 'at most',
      unit: 'ms',
      beside: echoes,
    },
    {
      work: `${work}: processor time of a call`,
      measured: middle(({ ours }) => ours.cpuUs),
      budget: undefined,
      limit: 'at most',
      unit: 'µs',
      beside: `the echo's ${middle(({ echo }) => echo.cpuUs).toFixed(0)} µs`,
    },
  ];
}

/** A batch comes some twenty times a second, an echo thousands. */
function shownPace(perSecond: number): string {
  return perSecond.toFixed(perSecond < 100 ? 1 : 0);
}
