import { Secret } from '../../core/crypto/secret.ts';
import { type Figure, inTurn } from '../support/figures.ts';
import { besideEcho, type CallBudgets, figuresOf } from './beside-echo.ts';
import type { Echo, Service } from './service.ts';

const CONNECTIONS = 16;
const CALLS = 2000;
/** argon2id at full cost takes tens of milliseconds each. */
const LOGINS = 16;

const WAYS = ['wrap, token new', 'wrap, token seen', 'unwrap, token seen', 'login'] as const;
type Way = (typeof WAYS)[number];

const BUDGETS: Readonly<Record<Way, CallBudgets>> = {
  'wrap, token new': { pace: 0.2, p99: 20 },
  'wrap, token seen': { pace: 0.35, p99: 20 },
  'unwrap, token seen': { pace: 0.35, p99: 20 },
  login: {},
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
    return besideEcho({ service, echo }, path, bodies, CONNECTIONS);
  });
  return WAYS.flatMap((way) => figuresOf(way, results[way], BUDGETS[way]));
}
