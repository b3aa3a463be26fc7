import type { CloudFile } from '../../shared/api/cloud/files.ts';
import type { AppState, Job, ServerState } from '../../shared/bridge/state.ts';
import type { World } from './fake-carrier.ts';

const HERE: ServerState = { state: 'answering', address: null, error: null };
const KMS = 'https://kms.team.example';
const CLOUD = 'https://cloud.team.example:8800';

const STATE: AppState = {
  version: '0.1.0',
  shell: 'electron',
  can: { show_in_folder: true, choose_folder: true, save: false, hold_folders: false, trash: true },
  place: 'here',
  servers: { kms: HERE, cloud: HERE },
  root_key: 'keychain',
  user: 'ana',
  enrolment: null,
  last_user: 'ana',
  settings: { language: null, theme: 'system', output_folder: '/home/ana/Sealkeep' },
};

function job(part: Partial<Job> & Pick<Job, 'id' | 'kind' | 'name' | 'state'>): Job {
  const files = { total: 1, done: part.state === 'done' ? 1 : 0 };
  const nothing = { failed: 0, failures: [], bytes: 0, total: 0, rate: 0, error: null, outputs: [] };
  const can_pause = part.state === 'waiting' || part.state === 'running';
  return { files, ...nothing, can_retry: true, can_pause, ...part };
}

const folder = '/home/ana/Documents';
const JOBS: Job[] = [
  job({
    id: '1',
    kind: 'seal',
    name: '合約書（最終版）.pdf',
    state: 'done',
    can_prove: true,
    bytes: 2_400_000,
    total: 2_400_000,
    outputs: ['合約書（最終版）.pdf.enc', '合約書（最終版）.pdf.key'].map((name) => ({ name, folder })),
  }),
  job({ id: '2', kind: 'seal', name: 'notes.txt', state: 'cancelled', bytes: 100, total: 4000 }),
  job({
    id: '3',
    kind: 'open',
    name: 'budget-2025.xlsx.enc',
    state: 'failed',
    total: 812_000,
    error: { code: 'FILE_DAMAGED', details: { file: 'budget-2025.xlsx.enc' } },
  }),
  job({
    id: '4',
    kind: 'open',
    name: 'report.txt.enc',
    state: 'done',
    bytes: 12,
    total: 12,
    outputs: [{ name: 'report.txt', folder }],
  }),
  job({
    id: '5',
    kind: 'upload',
    name: 'team-photos.zip',
    state: 'running',
    bytes: 181_000_000,
    total: 402_000_000,
    rate: 21_400_000,
  }),
  job({
    id: '6',
    kind: 'seal',
    name: 'A very long name of a video from last summer that nobody ever renamed (copy 2) – final – really final.mov',
    state: 'running',
    bytes: 1_310_000_000,
    total: 4_120_000_000,
    rate: 812_000_000,
  }),
  job({ id: '7', kind: 'seal', name: 'backup.tar', state: 'waiting', total: 9_800_000_000 }),
];

/** Jobs of many files, and those that wait for a person. */
const MANY: Job[] = [
  job({
    id: '1',
    kind: 'seal',
    name: 'IMG_0001.jpg',
    state: 'interrupted',
    files: { total: 812, done: 340 },
    bytes: 1_900_000_000,
    total: 4_000_000_000,
    outputs: [{ name: 'IMG_0001.jpg.enc', folder }],
  }),
  job({ id: '2', kind: 'seal', name: 'notes.txt', state: 'interrupted', total: 4000, can_retry: false }),
  job({
    id: '3',
    kind: 'open',
    name: 'invoice-001.pdf.enc',
    state: 'failed',
    files: { total: 250, done: 122 },
    failed: 128,
    failures: Array.from({ length: 100 }, (_, index) => {
      const name = `invoice-${index + 100}.pdf.enc`;
      return { name, error: { code: 'FILE_DAMAGED' as const, details: { file: name } } };
    }),
    bytes: 8_000_000,
    total: 16_000_000,
    outputs: [{ name: 'invoice-001.pdf', folder }],
  }),
  job({
    id: '4',
    kind: 'seal',
    name: 'photo-1.heic',
    state: 'done',
    files: { total: 5000, done: 5000 },
    bytes: 20_480_000,
    total: 20_480_000,
    outputs: [{ name: 'photo-1.heic.enc', folder }],
  }),
  job({
    id: '5',
    kind: 'upload',
    name: 'team-photos.zip.enc',
    state: 'paused',
    bytes: 0,
    total: 402_000_000,
  }),
  job({
    id: '6',
    kind: 'seal',
    name: '會議紀錄.docx',
    state: 'running',
    files: { total: 5000, done: 1204 },
    failed: 3,
    failures: [],
    bytes: 48_000_000,
    total: 200_000_000,
    rate: 12_000_000,
  }),
];

function file(name: string, size: number, changed_at: string, part: Partial<CloudFile> = {}): CloudFile {
  const id = btoa(encodeURIComponent(name)).replace(/=/g, '').slice(-22).padStart(22, 'A');
  return {
    name,
    size,
    changed_at,
    resource_name: `//sealkeep/3f/${id}` as CloudFile['resource_name'],
    owner: 'ana',
    role: 'owner',
    shared_with: [],
    key_version: 1,
    ...part,
  };
}

const MINE: CloudFile[] = [
  file('report.txt', 12, '2026-03-02T09:14:00Z', { shared_with: ['ben'] }),
  file('合約書（最終版）.pdf', 2_400_000, '2026-03-01T17:40:00Z', {
    shared_with: ['ben', '陳怡君'],
    key_version: 2,
  }),
  file('team-photos.zip', 402_000_000, '2026-02-11T08:02:00Z', {
    shared_with: ['ben', 'chris', '陳怡君', 'dora'],
  }),
  file('Quarterly figures 10.xlsx', 812_340, '2026-02-10T12:30:00Z', { key_version: 3 }),
  file('Quarterly figures 9.xlsx', 799_120, '2025-11-10T12:30:00Z'),
  file(
    'A very long name of a video from last summer that nobody ever renamed – final.mov',
    4_120_000_000,
    '2025-08-30T20:05:00Z',
  ),
  file('🌊 ideas.md', 4_210, '2025-07-01T06:00:00Z'),
];

const SHARED: CloudFile[] = [
  file('roadmap.pdf', 1_204_000, '2026-02-27T10:00:00Z', { owner: 'ben', role: 'reader' }),
  file('會議紀錄.docx', 88_000, '2026-02-20T03:12:00Z', { owner: '陳怡君', role: 'writer' }),
];

const team = (state: ServerState['state']): NonNullable<AppState['servers']> => ({
  kms: { state: 'answering', address: KMS, error: null },
  cloud: {
    state,
    address: CLOUD,
    error:
      state === 'away' ? { code: 'SERVER_UNREACHABLE', details: { service: 'cloud', url: CLOUD } } : null,
  },
});

export type Scene = Partial<World> & { state: AppState };
const OUT: AppState = { ...STATE, user: null };

/** The worlds that tests show the page in. */
export const SCENES = {
  broken: { state: STATE, refuse: { 'app.state': { code: 'LAUNCH_SECRET_REFUSED', details: {} } } },
  login: { state: { ...OUT, place: 'team', servers: team('answering') } },
  moving: { state: STATE, isMoving: true },
  full: { state: STATE, jobs: JOBS },
  many: { state: STATE, jobs: MANY },
  empty: { state: STATE, mine: [], shared: [] },
  loading: { state: STATE, hang: ['cloud.list', 'cloud.shared-with-me'] },
  failing: {
    state: STATE,
    refuse: {
      'cloud.list': { code: 'STORE_UNAVAILABLE', details: {} },
      'cloud.shared-with-me': { code: 'STORE_UNAVAILABLE', details: {} },
    },
  },
  away: {
    state: { ...STATE, place: 'team', servers: team('away') },
    refuse: {
      'cloud.shared-with-me': { code: 'SERVER_UNREACHABLE', details: { service: 'cloud', url: CLOUD } },
    },
  },
} as const satisfies Record<string, Scene>;

/** A world of one's own, with all that the scene does not say. */
export function worldOf(scene: Scene): World {
  const shares = MINE.flatMap((one) =>
    one.shared_with.map((person, index) => ({
      id: `${one.name} ${person}`,
      name: one.name,
      resource_name: one.resource_name,
      with: person,
      role: index === 0 ? ('reader' as const) : ('writer' as const),
      ...(index === 0 ? { until: '2026-12-31T22:59:00Z' } : {}),
    })),
  );
  return structuredClone({
    mine: MINE,
    shared: SHARED,
    shares,
    jobs: [],
    refuse: {},
    hang: [],
    isMoving: false,
    ...scene,
  });
}
