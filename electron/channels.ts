/** The only channels between page and main process; `ipc.ts` is behind them on one side, `preload.ts` on the other. */
export const CHANNELS = {
  /** `(name, input)`, answered by a `BridgeResult`. */
  call: 'sealkeep.call',
  /** `(paths)`, answered by an `Offer`. */
  offer: 'sealkeep.offer',
  /** `(name, event)`, from the main process. */
  event: 'sealkeep.event',
} as const;
