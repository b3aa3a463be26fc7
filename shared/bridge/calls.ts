import { z } from 'zod';
import { cloudFileList, shareList } from '../api/cloud/files.ts';
import { timestamp } from '../api/common.ts';
import { LIMITS } from '../limits.ts';
import { fileName } from '../names/file-name.ts';
import { userName } from '../names/user-name.ts';
import { ACCOUNT_CALLS } from './account-calls.ts';
import { ACTIVITY_CALLS } from './activity-calls.ts';
import { jobId, nothing } from './common.ts';
import { KEY_CALLS } from './key-calls.ts';
import { PEOPLE_CALLS } from './people-calls.ts';
import { appState, fileRef, job, settings } from './state.ts';

const refs = z.array(fileRef.shape.ref).min(1).max(LIMITS.jobFiles);
const addresses = z.object({ kms: z.string().max(512), cloud: z.string().max(512) });

/**
 * The bridge: every call by which the page asks the agent, with what goes in and what comes out. Electron's preload and
 * the browser shell carry this one table; both ways are parsed by it.
 */
export const BRIDGE_CALLS = {
  /** The state now; later ones come as the event `app.changed`. */
  'app.state': { input: nothing, output: appState },

  /** First launch: servers inside this app. */
  'place.here': { input: nothing, output: nothing },
  /** First launch: a team's servers. Fails with SERVER_* and changes nothing where they do not answer as they should. */
  'place.team': { input: addresses, output: nothing },
  /** Back to the choice; the login of the place stays kept. */
  'place.leave': { input: nothing, output: nothing },

  ...ACCOUNT_CALLS,

  /**
   * Seals plain files, opens `.enc` files; a `.key` among them goes with its `.enc`. One job each, but more than 20 of
   * one kind are one job. Fails with JOB_QUEUE_FULL where more would wait than may.
   */
  'jobs.start': {
    input: z.object({ refs }),
    output: z.object({ ids: z.array(z.string()) }),
  },
  /** Uploads `.enc` files; a plain file is sealed first. */
  'jobs.upload': { input: z.object({ refs }), output: z.object({ ids: z.array(z.string()) }) },
  /** Uploads what a seal job made. */
  'jobs.upload-output': { input: jobId, output: jobId },
  /** Opens the sealed file or folder that a job made, by a job of its own. */
  'jobs.open-output': { input: jobId, output: jobId },
  /** Proves what a seal job made, or what a job did not move, against its originals, by a job of its own; nothing is moved. */
  'jobs.prove': { input: jobId, output: jobId },
  /**
   * Moves the originals that such a job proved to the trash, by a job of its own: each if nothing of it and its pair has
   * changed since. Nobody else gets their proofs.
   */
  'jobs.trash-originals': { input: jobId, output: jobId },
  /** Those of who is logged in, in the order they were asked for; none while nobody is. */
  'jobs.list': { input: nothing, output: z.array(job) },
  'jobs.cancel': { input: jobId, output: nothing },
  /** For those of its files that are not done. */
  'jobs.retry': { input: jobId, output: nothing },
  /** Lets others go first until it is resumed. */
  'jobs.pause': { input: jobId, output: nothing },
  'jobs.resume': { input: jobId, output: nothing },
  /** Takes jobs that ended off the list. */
  'jobs.clear': { input: nothing, output: nothing },
  'jobs.show-in-folder': { input: jobId, output: nothing },

  'cloud.list': { input: nothing, output: cloudFileList },
  'cloud.shared-with-me': { input: nothing, output: cloudFileList },
  /** `open` opens it as well, once it is here. */
  'cloud.download': {
    input: z.object({ owner: userName, name: fileName, open: z.boolean() }),
    output: jobId,
  },
  'cloud.remove': { input: z.object({ name: fileName }), output: nothing },

  'shares.list': { input: z.object({ name: fileName }), output: shareList },
  /** For reading: nobody but the owner can seal a file anew yet. */
  'shares.add': {
    input: z.object({
      name: fileName,
      with: userName,
      role: z.literal('reader'),
      until: timestamp.nullable(),
    }),
    output: nothing,
  },
  'shares.remove': { input: z.object({ name: fileName, with: userName }), output: nothing },

  ...KEY_CALLS,
  ...PEOPLE_CALLS,
  ...ACTIVITY_CALLS,

  /**
   * A folder can be named only where the shell has no dialog, and only one below the person's own folder that is neither
   * hidden nor a program's; an empty one is the default again. Fails with OUTPUT_FOLDER_REFUSED, OUTPUT_NOT_WRITABLE.
   */
  'settings.change': { input: settings.partial(), output: nothing },
  /** Asks by the system's dialog where outputs go, and keeps that; null where the person thought better of it. */
  'settings.choose-folder': { input: nothing, output: z.object({ folder: z.string().nullable() }) },
  /** Tries addresses without keeping them. */
  'servers.test': { input: addresses, output: nothing },
} as const satisfies Record<string, { readonly input: z.ZodType; readonly output: z.ZodType }>;

export type BridgeCalls = typeof BRIDGE_CALLS;
export type BridgeCallName = keyof BridgeCalls;
export type BridgeInput<Name extends BridgeCallName> = z.input<BridgeCalls[Name]['input']>;
export type BridgeOutput<Name extends BridgeCallName> = z.output<BridgeCalls[Name]['output']>;

/** Every event by which the agent tells the page. */
export const BRIDGE_EVENTS = {
  'app.changed': appState,
  /** All jobs, in order, at most ten times a second. */
  'jobs.changed': z.array(job),
} as const satisfies Record<string, z.ZodType>;

export type BridgeEvents = typeof BRIDGE_EVENTS;
export type BridgeEventName = keyof BridgeEvents;
export type BridgeEvent<Name extends BridgeEventName> = z.output<BridgeEvents[Name]>;

export function isBridgeCallName(value: string): value is BridgeCallName {
  return Object.hasOwn(BRIDGE_CALLS, value);
}
