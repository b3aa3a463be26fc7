import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSqlite } from '../../../core/durable/sqlite.ts';
import { confirmed } from '../../../test/kms/people.ts';
import {
  enrol,
  PASSWORD,
  startTestKms,
  type TestAnswer,
  type TestKms,
} from '../../../test/kms/start-test-kms.ts';
import type { KmsSchema } from '../store/schema.ts';

const OTHER = 'somebody else has this';
/** Wrong passwords that cost no pause. */
const FREE = 5;

let kms: TestKms;
/** Made at the beginning, for the tests move the clock past the administrator's token. */
const invitations: string[] = [];
beforeAll(async () => {
  kms = await startTestKms({ registration: 'invite' });
  const administrator = (await enrol(kms, 'ann')).confirmed.access_token;
  for (let made = 0; made < 6; made += 1) {
    invitations.push(String((await kms.post('/invitations', {}, administrator)).data['invitation']));
  }
});
afterAll(() => kms.close());

function takeInvitation(): string {
  const [first] = invitations.splice(0, 1);
  if (first === undefined) throw new Error('too few invitations were made');
  return first;
}

async function entriesOf(user: string): Promise<string[]> {
  const database = openSqlite<KmsSchema>(kms.config.databaseFile);
  const rows = await database
    .selectFrom('audit')
    .select(['operation', 'code'])
    .where('actor', '=', user)
    .execute();
  await database.destroy();
  return rows.map(({ operation, code }) => `${operation} ${code ?? 'allowed'}`);
}

test('what lets somebody register at all is asked for once more, and the newest counts', async () => {
  const [shared, good] = [takeInvitation(), takeInvitation()];
  const body = { user: 'cleo', password: PASSWORD };
  expect((await kms.post('/register', { ...body, invitation: shared })).status).toBe(201);
  const faster = { user: 'finn', password: PASSWORD, invitation: shared };
  await confirmed(kms, 'finn', await kms.post('/register', faster));
  expect((await kms.post('/register', body)).code).toBe('REGISTRATION_CLOSED');
  expect((await kms.post('/register', { ...body, invitation: shared })).code).toBe('INVITATION_REFUSED');
  const begun = await kms.post('/register', { ...body, invitation: good });
  expect((await confirmed(kms, 'cleo', begun)).status).toBe(200);
});

test('who has the password begins anew: the former ticket is worth nothing, time and wrong codes count from here', async () => {
  const body = { user: 'ben', password: PASSWORD, invitation: takeInvitation() };
  const first = await kms.post('/register', body);
  const wrong = { user: 'ben', enrolment_ticket: first.data['enrolment_ticket'], code: '000000' };
  for (let failures = 1; failures < FREE; failures += 1) await kms.post('/register/confirm', wrong);
  kms.advance(15 * 60 - 1);
  const second = await kms.post('/register', body);
  expect(second.status).toBe(201);
  expect(second.data['otp_uri']).not.toBe(first.data['otp_uri']);
  kms.advance(2);
  const picture = ({ data }: TestAnswer) =>
    kms.call('GET', String(data['qr_code_link']).slice(kms.config.url.length));
  expect([(await picture(first)).status, (await picture(second)).status]).toEqual([401, 200]);
  expect((await confirmed(kms, 'ben', first)).code).toBe('ENROLMENT_REFUSED');
  const again = { ...wrong, enrolment_ticket: second.data['enrolment_ticket'] };
  expect((await kms.post('/register/confirm', again)).code).toBe('ENROLMENT_REFUSED');
  expect((await confirmed(kms, 'ben', second)).status).toBe(200);
  expect((await kms.post('/register', { ...body, invitation: takeInvitation() })).code).toBe(
    'USER_NAME_TAKEN',
  );
});

test('another password changes nothing, and is guessed at with growing pauses until the name has a new owner', async () => {
  const invitation = takeInvitation();
  const mine = { user: 'dan', password: PASSWORD, invitation };
  const theirs = { ...mine, password: OTHER };
  const begun = await kms.post('/register', mine);
  for (let failures = 0; failures <= FREE; failures += 1) {
    const refused = await kms.post('/register', theirs);
    expect(refused).toMatchObject({ status: 409, code: 'REGISTRATION_UNDER_WAY' });
  }
  expect((await kms.post('/register', theirs)).code).toBe('LOGIN_THROTTLED');
  expect((await kms.post('/register', mine)).code).toBe('LOGIN_THROTTLED');
  expect(await entriesOf('dan')).toEqual([
    'register allowed',
    ...Array<string>(FREE + 1).fill('register REGISTRATION_UNDER_WAY'),
  ]);
  kms.advance(1);
  await kms.post('/register', theirs);
  kms.advance(15 * 60);
  expect((await confirmed(kms, 'dan', begun)).code).toBe('ENROLMENT_REFUSED');
  const taken = await kms.post('/register', theirs);
  for (let failures = 0; failures <= FREE; failures += 1) {
    expect((await kms.post('/register', mine)).code).toBe('REGISTRATION_UNDER_WAY');
  }
  expect((await confirmed(kms, 'dan', taken)).status).toBe(200);
});

test('of two that begin anew at the same moment, one with each password, nobody is confirmed with the secret of the other', async () => {
  const invitation = takeInvitation();
  const body = { user: 'eve', password: PASSWORD, invitation };
  await kms.post('/register', body);
  const answers = await Promise.all([
    kms.post('/register', body),
    kms.post('/register', body),
    kms.post('/register', { ...body, password: OTHER }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 409]);
  const statuses: number[] = [];
  for (const answer of answers.slice(0, 2)) statuses.push((await confirmed(kms, 'eve', answer)).status);
  expect(statuses.sort()).toEqual([200, 401]);
});
