import type { BridgeEvent, BridgeEventName } from '../../shared/bridge/calls.ts';
import type { BridgeCarrier } from '../../shared/bridge/carrier.ts';
import type { AppState, FileRef, Job, JobKind } from '../../shared/bridge/state.ts';
import { fakeActivity } from './fake-activity.ts';
import { ENROLMENT, RECOVERY_CODES } from './fake-enrolment.ts';
import { fakeKeys } from './fake-keys.ts';
import { fakePeople } from './fake-people.ts';
import { assertCode, type Handlers, Refusal, type World } from './world.ts';

const STEP_MS = 100;
const RATE = 4_000_000;

/** An honest agent in memory: what a call says it does can be seen by the next one. */
export function createFakeCarrier(world: World): BridgeCarrier {
  const listeners = new Map<BridgeEventName, Set<(event: never) => void>>();
  const refs = new Map<string, FileRef>();
  let last = 0;

  const tell = <Name extends BridgeEventName>(name: Name, event: BridgeEvent<Name>) => {
    for (const listener of listeners.get(name) ?? []) (listener as (event: BridgeEvent<Name>) => void)(event);
  };
  const change = (part: Partial<AppState>) => {
    world.state = { ...world.state, ...part };
    tell('app.changed', world.state);
  };
  const putJobs = (jobs: Job[]) => {
    world.jobs = jobs;
    tell('jobs.changed', jobs);
  };
  const nextId = () => {
    last += 1;
    return `new-${last}`;
  };
  const begin = (kind: JobKind, name: string, total: number, files = 1): string => {
    const id = nextId();
    const job: Job = {
      id,
      kind,
      name,
      total,
      state: 'waiting',
      files: { total: files, done: 0 },
      failed: 0,
      failures: [],
      bytes: 0,
      rate: 0,
      error: null,
      outputs: [],
      can_retry: true,
      can_pause: kind !== 'rewrap',
    };
    putJobs([...world.jobs, job]);
    return id;
  };
  const end = (job: Job): Job => {
    const folder = world.state.settings.output_folder;
    const outputs = {
      seal: [`${job.name}.enc`, `${job.name}.key`],
      prove: [],
      trash: [],
      open: [job.name.replace(/\.enc$/, '')],
      upload: [],
      download: [`${job.name}.enc`],
      rewrap: [],
    }[job.kind];
    return {
      ...job,
      state: 'done',
      files: { ...job.files, done: job.files.total },
      can_pause: false,
      ...(job.kind === 'seal' && { can_prove: true }),
      ...(job.kind === 'prove' && {
        proof: { segments: job.files.total, bytes: job.total, left: job.files.total },
      }),
      bytes: job.total,
      rate: 0,
      outputs: outputs.map((name) => ({ name, folder })),
    };
  };
  const step = () => {
    const next = world.jobs.map((job): Job => {
      if (job.state === 'waiting') return { ...job, state: 'running', rate: RATE };
      if (job.state !== 'running') return job;
      const bytes = job.bytes + (RATE * STEP_MS) / 1000;
      const done = Math.floor((job.files.total * bytes) / job.total);
      return bytes >= job.total ? end(job) : { ...job, bytes, files: { ...job.files, done } };
    });
    if (next.some((job, index) => job !== world.jobs[index])) putJobs(next);
  };
  const set = (id: string, part: Partial<Job>) =>
    putJobs(world.jobs.map((job) => (job.id === id ? { ...job, ...part } : job)));
  const enter = (name: string) => change({ user: name, role: 'member', last_user: name, enrolment: null });

  const parts = { world, change, nextId, begin };
  const handlers: Handlers = {
    ...fakeKeys(parts),
    ...fakePeople(parts),
    ...fakeActivity(parts),
    'app.state': () => world.state,
    'place.here': () => {
      const server = { state: 'answering', address: null, error: null } as const;
      change({ place: 'here', servers: { kms: server, cloud: server } });
      return {};
    },
    'place.team': ({ kms, cloud }) => {
      const server = { state: 'answering', error: null } as const;
      change({
        place: 'team',
        servers: { kms: { ...server, address: kms }, cloud: { ...server, address: cloud } },
      });
      return {};
    },
    'place.leave': () => {
      change({ place: null, servers: null, user: null, role: null, enrolment: null });
      return {};
    },
    'account.register': (input) => {
      change({ enrolment: { user: input.user, step: 'authenticator', purpose: 'register' } });
      return ENROLMENT;
    },
    'account.confirm': ({ code }) => {
      assertCode(code, 'ENROLMENT_REFUSED');
      // Another authenticator of who is logged in ends the login.
      const { user } = world.state;
      const renewed = user === null ? null : { user, purpose: 'renew' as const };
      const enrolment = world.state.enrolment ?? renewed;
      if (!enrolment) throw new Refusal('ENROLMENT_REFUSED');
      change({ user: null, role: null, enrolment: { ...enrolment, step: 'recovery' } });
      return { recovery_codes: RECOVERY_CODES };
    },
    'account.enrolment': () => {
      if (!world.state.enrolment) throw new Refusal('ENROLMENT_REFUSED');
      const { step, user, purpose } = world.state.enrolment;
      return step === 'recovery'
        ? { step, user, purpose, codes: RECOVERY_CODES }
        : { step, user, purpose, enrolment: ENROLMENT };
    },
    'account.enter': () => {
      if (!world.state.enrolment) throw new Refusal('NOT_LOGGED_IN');
      const { user, purpose } = world.state.enrolment;
      if (purpose === 'register') enter(user);
      else change({ enrolment: null, last_user: user });
      return { next: purpose === 'register' ? 'window' : 'login' };
    },
    'account.login': (input) => {
      if ('code' in input) assertCode(input.code, 'LOGIN_REFUSED');
      enter(input.user);
      return {};
    },
    'account.logout': () => {
      change({ user: null, role: null });
      return {};
    },
    'jobs.start': ({ refs: given }) => {
      const files = given.map((ref) => refs.get(ref)).filter((file) => file !== undefined);
      if (files.length < given.length) throw new Refusal('FILE_NOT_FOUND');
      const [first] = files;
      if (first && files.length > 20) {
        const total = files.reduce((sum, { size }) => sum + size, 0);
        return { ids: [begin('seal', first.name, total, files.length)] };
      }
      return {
        ids: files.map(({ name, size }) => begin(name.endsWith('.enc') ? 'open' : 'seal', name, size)),
      };
    },
    'jobs.upload': ({ refs: given }) => ({
      ids: given.map((ref) => begin('upload', refs.get(ref)?.name ?? '', refs.get(ref)?.size ?? 0)),
    }),
    'jobs.upload-output': ({ id }) => {
      const job = world.jobs.find((one) => one.id === id);
      if (!job) throw new Refusal('FILE_NOT_FOUND');
      return { id: begin('upload', `${job.name}.enc`, job.total) };
    },
    'jobs.open-output': ({ id }) => {
      const job = world.jobs.find((one) => one.id === id);
      if (!job) throw new Refusal('FILE_NOT_FOUND');
      return { id: begin('open', `${job.name}.enc`, job.total) };
    },
    'jobs.prove': ({ id }) => {
      const job = world.jobs.find((one) => one.id === id);
      if (!job) throw new Refusal('REQUEST_INVALID');
      return { id: begin('prove', job.name, job.total, job.files.total) };
    },
    'jobs.trash-originals': ({ id }) => {
      const job = world.jobs.find((one) => one.id === id);
      if (!job?.proof?.left) throw new Refusal('REQUEST_INVALID');
      const { proof, name } = job;
      set(id, { proof: { ...proof, left: 0 } });
      return { id: begin('trash', name, proof.left > 1 ? proof.left : 0, proof.left) };
    },
    'jobs.list': () => world.jobs,
    'jobs.cancel': ({ id }) => {
      set(id, { state: 'cancelled', rate: 0, can_pause: false });
      return {};
    },
    'jobs.retry': ({ id }) => {
      set(id, { state: 'waiting', bytes: 0, error: null, failed: 0, failures: [], can_pause: true });
      return {};
    },
    'jobs.pause': ({ id }) => {
      set(id, { state: 'paused', rate: 0, can_pause: false });
      return {};
    },
    'jobs.resume': ({ id }) => {
      set(id, { state: 'waiting', can_pause: true });
      return {};
    },
    'jobs.clear': () => {
      putJobs(world.jobs.filter(({ state }) => /waiting|running|paused/.test(state)));
      return {};
    },
    'jobs.show-in-folder': () => ({}),
    'cloud.list': () => world.mine,
    'cloud.shared-with-me': () => world.shared,
    'cloud.download': ({ name, open }) => ({
      id: begin(
        open ? 'open' : 'download',
        name,
        [...world.mine, ...world.shared].find((f) => f.name === name)?.size ?? 0,
      ),
    }),
    'cloud.remove': ({ name }) => {
      world.mine = world.mine.filter((file) => file.name !== name);
      return {};
    },
    'shares.list': ({ name }) => world.shares.filter((share) => share.name === name),
    'shares.add': ({ name, with: person, role, until }) => {
      if (person === 'nobody') throw new Refusal('GRANT_USER_UNKNOWN', { user: person });
      const file = world.mine.find((one) => one.name === name);
      if (!file) throw new Refusal('CLOUD_NOT_FOUND', { file: name });
      const { resource_name } = file;
      world.shares.push({
        id: nextId(),
        name,
        resource_name,
        with: person,
        role,
        ...(until ? { until } : {}),
      });
      return {};
    },
    'shares.remove': ({ name, with: person }) => {
      world.shares = world.shares.filter((share) => share.name !== name || share.with !== person);
      return {};
    },
    'settings.change': (part) => {
      change({ settings: { ...world.state.settings, ...part } as AppState['settings'] });
      return {};
    },
    'settings.choose-folder': () => {
      const folder = '/home/ana/Documents/Sealed';
      change({ settings: { ...world.state.settings, output_folder: folder } });
      return { folder };
    },
    'servers.test': ({ kms }) => {
      if (!kms.startsWith('https:')) throw new Refusal('SERVER_ADDRESS_REFUSED', { url: kms });
      return {};
    },
  };

  if (world.isMoving) setInterval(step, STEP_MS);
  return {
    async call(name, input) {
      const error = world.refuse[name];
      if (error) return { ok: false, error };
      if (world.hang.includes(name)) return new Promise(() => undefined);
      try {
        const handler: Handlers[typeof name] = handlers[name];
        return { ok: true, value: handler(input) };
      } catch (cause) {
        if (cause instanceof Refusal) return { ok: false, error: cause.error };
        throw cause;
      }
    },
    on(name, listener) {
      const known = listeners.get(name) ?? new Set();
      listeners.set(name, known.add(listener));
      return () => void known.delete(listener);
    },
    onReach(listener) {
      world.tellReach = listener;
      return () => undefined;
    },
    async offer(files) {
      const taken = files.map(({ name, size }) => {
        const file = { ref: nextId(), name, size };
        refs.set(file.ref, file);
        return file;
      });
      return { taken, leftOut: [] };
    },
    async save() {
      return undefined;
    },
  };
}
