import { z } from 'zod';
import { notice } from '../api/kms/identity.ts';
import { userRole } from '../api/kms/user-role.ts';
import { isErrorCode } from '../errors/codes.ts';

/** An error as it crosses the bridge: the page has a sentence for each code in each language. */
export const bridgeError = z.object({
  code: z.string().refine(isErrorCode),
  details: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type BridgeError = z.infer<typeof bridgeError>;

/** One server as the pill at the top right shows it. */
const serverState = z.object({
  /** `starting` and `away` come to an end by themselves: the agent tries again, with back-off. */
  state: z.enum(['starting', 'answering', 'away']),
  /** Null for a server inside this app. */
  address: z.string().nullable(),
  /** Why it is away. */
  error: bridgeError.nullable(),
});
export type ServerState = z.infer<typeof serverState>;

const language = z.enum(['en', 'zh-Hant']);
export type Language = z.infer<typeof language>;

export const settings = z.object({
  /** Null follows the system. */
  language: language.nullable(),
  theme: z.enum(['light', 'dark', 'system']),
  /** Where outputs go whose source has no folder that may be written. */
  output_folder: z.string().max(4096),
});
export type Settings = z.infer<typeof settings>;

/** What an enrolment is for: a new account, another authenticator by an administrator's word, or by one's own. */
export const enrolmentPurpose = z.enum(['register', 'reset', 'renew']);
export type EnrolmentPurpose = z.infer<typeof enrolmentPurpose>;

/** What the page has to know to show the right screen; it comes anew with each change. */
export const appState = z.object({
  version: z.string(),
  shell: z.enum(['electron', 'browser']),
  /** What this shell can do for the person. */
  can: z.object({
    show_in_folder: z.boolean(),
    choose_folder: z.boolean(),
    save: z.boolean(),
    /** The page gives folders by what the browser shows of them: paths are not known. */
    hold_folders: z.boolean(),
    trash: z.boolean(),
  }),
  /** Whose servers this app works with; null until the person chose. */
  place: z.enum(['here', 'team']).nullable(),
  servers: z.object({ kms: serverState, cloud: serverState }).nullable(),
  /**
   * What protects the root keys of the servers inside this app: the system's keychain, or a file that only its person
   * can read. Null where the place has no servers inside this app.
   */
  root_key: z.enum(['keychain', 'file']).nullable(),
  /** Who is logged in. */
  user: z.string().nullable(),
  /** What they may do at the KMS; null while nobody is logged in. It may lag behind by as long as a token lives. */
  role: userRole.nullable(),
  /** What the KMS wants them to know, until they say that they have read it. */
  notices: z.array(notice),
  /** Who registered and is not through with it, and at which step; `account.enrolment` gives what that step shows. */
  enrolment: z
    .object({ user: z.string(), step: z.enum(['authenticator', 'recovery']), purpose: enrolmentPurpose })
    .nullable(),
  /** Who was logged in last: the login screen offers the name. */
  last_user: z.string().nullable(),
  settings,
});
export type AppState = z.infer<typeof appState>;

/** Names one file that the person dropped or chose, for as long as the page lives; only the agent knows more. */
export const fileRef = z.object({
  ref: z.string().min(1).max(64),
  name: z.string().max(1024),
  size: z.number().int().nonnegative(),
});
export type FileRef = z.infer<typeof fileRef>;

const jobKind = z.enum(['seal', 'open', 'prove', 'trash', 'upload', 'download', 'rewrap']);
export type JobKind = z.infer<typeof jobKind>;

/** So many of a job's failures and outputs cross the bridge; the rest are numbers. */
export const JOB_VIEW = { failures: 100, outputs: 20 } as const;

/** A person's files on their way, one or many. `agent/app/jobs/job-state.ts` says what the states are. */
export const job = z.object({
  id: z.string(),
  kind: jobKind,
  /** Of its first file; of `rewrap` the version of the KEK that wraps now. */
  name: z.string(),
  state: z.enum(['waiting', 'running', 'paused', 'done', 'failed', 'cancelled', 'interrupted']),
  files: z.object({ total: z.number().int().positive(), done: z.number().int().nonnegative() }),
  /** How many of them failed, and why the first ones did. */
  failed: z.number().int().nonnegative(),
  failures: z.array(z.object({ name: z.string(), error: bridgeError })).max(JOB_VIEW.failures),
  /** Of all files together; of `rewrap` wrapped keys, of `trash` files, where they are several. */
  bytes: z.number().nonnegative(),
  total: z.number().nonnegative(),
  /** Of these a second, over the last seconds; 0 where nothing is known yet. */
  rate: z.number().nonnegative(),
  /** What concerns all of it; of a single file, what that failed with. */
  error: bridgeError.nullable(),
  /** What came of it, the first ones: names to show, never paths to act on. */
  outputs: z.array(z.object({ name: z.string(), folder: z.string() })).max(JOB_VIEW.outputs),
  /** Whether the same files can be tried again: a page that was loaded anew has lost those that it held. */
  can_retry: z.boolean(),
  /** While it waits or runs; never of `rewrap`, which the KMS does. */
  can_pause: z.boolean(),
  /** Of one that is a folder: whether it lies on this machine or a page holds it. What is made of it is a folder too. */
  folder: z.enum(['here', 'page']).optional(),
  /**
   * Of what was sealed: whether its originals lie on this machine, so that it can be proved and they can be moved. Of what
   * was to be moved and is not: whether it has to be proved anew before.
   */
  can_prove: z.boolean().optional(),
  /** Of a proof: what was read back and compared; and how many originals may be moved now. */
  proof: z
    .object({
      segments: z.number().int().nonnegative(),
      bytes: z.number().nonnegative(),
      /** Of a folder: how many files were compared, besides names, links and the like. */
      folder_files: z.number().int().nonnegative().optional(),
      left: z.number().int().nonnegative(),
    })
    .optional(),
});
export type Job = z.infer<typeof job>;
