import { clipboard } from 'electron';

/** Time enough to paste what was copied. */
export const CLEAR_AFTER_MS = 60_000;

/** Text that someone may have copied from the screens of the authenticator and the recovery codes. */
const SECRETS: readonly RegExp[] = [
  /^otpauth:/i,
  // In groups of four, as the screen shows it, or without.
  /^(?:[A-Z2-7]\s*){32}$/,
  /(?:^|\s)[a-z2-7]{4}(?:-[a-z2-7]{4}){3}(?:\s|$)/i,
];

/** Whether a clipboard's text looks like one of ours; exported for its tests. */
export function looksLikeSecret(text: string): boolean {
  const trimmed = text.trim();
  return SECRETS.some((secret) => secret.test(trimmed));
}

/** Takes secrets of ours, and nothing else, out of the clipboard. */
export interface ClipboardClearing {
  /** Secrets are on the screen: they may be copied from now on. */
  shown(): void;
  /** They have gone: the clipboard is cleared a while later. */
  hidden(): void;
  /** The process ends, and nobody is left to do it later. */
  end(): Promise<void>;
}

export function createClipboardClearing(
  report: (error: unknown) => void,
  board: Pick<typeof clipboard, 'readText' | 'clear'> = clipboard,
): ClipboardClearing {
  let mayHold = false;
  const clear = async () => {
    if (looksLikeSecret(await board.readText())) board.clear();
  };
  return {
    shown() {
      mayHold = true;
    },
    hidden() {
      setTimeout(() => clear().catch(report), CLEAR_AFTER_MS).unref();
    },
    async end() {
      if (mayHold) await clear();
    },
  };
}
