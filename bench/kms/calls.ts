import { Secret } from '../../core/crypto/secret.ts';
import { type Figure, inTurn, median } from '../support/figures.ts';
import { type Load, load } from './load.ts';
import type { Watched } from './orders.ts';
import type { Echo, Service } from './service.ts';

const CONNECTIONS = 16;
const CALLS = 2000;
/** argon2id at full cost takes tens of milliseconds each. */
const LOGINS = 16;

const WAYS = ['wrap, token new', 'wrap, token seen', 'unwrap, token seen', 'login'] as const;
type Way = (typeof WAYS)[number];

/** DESIGN.md's budgets, where it has one: the share of the echo's pace. */
const BUDGETS: Readonly<Record<Way, number>> = {
  'wrap, token new': 0.2,
  'wrap, token seen': 0.35,
  'unwrap, token seen': 0.35,
  login: 0,
};

const newKey = () => Secret.random(32).use((bytes) => bytes.toString('base64'));

/** Each call in turn with an echo of its bodies: requests per second, latencies, and their ratio. */
export async function measureCalls(service: Service, echo: Echo): Promise<Figure[]> {
  const person = await service.register('ann');
  const people = await Promise.all(
    Array.from({ length: LOGINS }, (_, index) => service.register(`person-${index}`)),
  );
  const wrapBody = (authorization: string) =>
    JSON.stringify({ authentication: person.authentication, authorization, reason: 'bench', key: newKey() });

  async function bodiesOf(way: Way): Promise<string[]> {
    if (way === 'login') {
      await service.nextCodes();
      return people.map(service.loginBody);
    }
    const many = Array.from({ length: CALLS }, () => service.newResource(person));
    if (way === 'wrap, token new')
      return Promise.all(many.map(async (name) => wrapBody(await service.authorizeOne(person, name))));
    const name = service.newResource(person);
    const authorization = await service.authorizeOne(person, name);
    if (way === 'wrap, token seen') return many.map(() => wrapBody(authorization));
    const wrapped = await fetch(`${service.address}/wrap`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: wrapBody(authorization),
    });
    const { wrapped_key } = (await wrapped.json()) as { wrapped_key: string };
    const body = { authentication: person.authentication, authorization, reason: 'bench', wrapped_key };
    return many.map(() => JSON.stringify(body));
  }

  const results = await inTurn(WAYS, async (way) => {
    const bodies = await bodiesOf(way);
    const [path = ''] = way.split(',');
    return {
      ours: await watching(service, `${service.address}/${path}`, bodies),
      echo: await watching(echo, echo.url, bodies),
    };
  });
  return WAYS.flatMap((way) => figuresOf(way, results[way]));
}

/** A load, and the processor time that a call takes the server, in microseconds: that says less of what else runs. */
interface WatchedLoad extends Load {
  readonly cpuUs: number;
}

async function watching(
  server: { watch(): Promise<unknown>; watched(): Promise<Watched> },
  url: string,
  bodies: readonly string[],
): Promise<WatchedLoad> {
  await server.watch();
  const measured = await load(url, bodies, CONNECTIONS);
  const { cpuUs } = await server.watched();
  return { ...measured, cpuUs: cpuUs / bodies.length };
}

interface Round {
  readonly ours: WatchedLoad;
  readonly echo: WatchedLoad;
}

function figuresOf(way: Way, rounds: readonly Round[]): Figure[] {
  const middle = (value: (round: Round) => number) => median(rounds.map(value));
  const said = (which: keyof Round, what: 'p50' | 'p95' | 'p99' | 'cpuUs', digits = 1) =>
    middle((round) => round[which][what]).toFixed(digits);
  const rest = `p50 ${said('ours', 'p50')}, p95 ${said('ours', 'p95')} ms; the echo's p50 ${said('echo', 'p50')}, p95 ${said('echo', 'p95')}, p99 ${said('echo', 'p99')}`;
  const pace = `${middle(({ ours }) => ours.perSecond).toFixed(0)}/s beside ${middle(({ echo }) => echo.perSecond).toFixed(0)}/s`;
  const ratio: Figure = {
    work: `${way}: pace beside a bare echo`,
    measured: middle(({ ours, echo }) => ours.perSecond / echo.perSecond),
    budget: BUDGETS[way],
    limit: 'at least',
    unit: '×',
    beside: pace,
  };
  const slowest: Figure = {
    work: `${way}: p99`,
    measured: middle(({ ours }) => ours.p99),
    budget: way === 'login' ? 5000 : 20,
    limit: 'at most',
    unit: 'ms',
    beside: rest,
  };
  const processor: Figure = {
    work: `${way}: processor time of a call`,
    measured: middle(({ ours }) => ours.cpuUs),
    budget: undefined,
    limit: 'at most',
    unit: 'µs',
    beside: `the echo's ${said('echo', 'cpuUs', 0)} µs`,
  };
  return [ratio, slowest, processor];
}
