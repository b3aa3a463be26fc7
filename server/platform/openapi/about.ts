import type { z } from 'zod';

/** Who may call an endpoint, as its description says it; its guard is what holds them to it. */
export const ACCESS = {
  anyone: 'Anyone whom the front door lets in.',
  'tokens-in-body': 'Whoever the tokens in the body are for.',
  login: 'Whoever shows an authentication token.',
  administrator: 'Administrators, who show an authentication token.',
  'login-in-session': 'Whoever shows an authentication token inside a secure session.',
  'client-token': 'Whoever shows a client token, which names a secure session or begins one.',
  cloud: 'Whoever shows a cloud token.',
  kms: 'The KMS alone, with a service token.',
  operator: 'Addresses that the server’s settings name; inside an app whoever shows the launch secret.',
} as const;
export type Access = keyof typeof ACCESS;

/** What an endpoint's description says beside what its definition says already. */
export interface About {
  /** One line, without a full stop. */
  readonly summary: string;
  readonly access: Access;
  /** What success answers with: `data` of our own endpoints, the whole where the reply is bare. Nothing where it is not given. */
  readonly reply?: z.ZodType;
  /** Of raw endpoints: types of content that is no JSON; `reply` beside them is bare JSON. */
  readonly replyTypes?: readonly string[];
  /** Of raw endpoints: parts of a multipart body. */
  readonly parts?: Readonly<Record<string, 'binary' | 'text'>>;
}
