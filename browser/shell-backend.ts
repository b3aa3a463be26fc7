import type { App } from '../agent/app/app.ts';

/** What the shell needs of the app behind the bridge. */
export type ShellBackend = Pick<
  App,
  'handlers' | 'report' | 'on' | 'offerStream' | 'offerFolder' | 'withdraw' | 'output'
>;
