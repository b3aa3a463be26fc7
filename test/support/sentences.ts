import { expect } from 'vitest';
import { errorSentence } from '../../shared/messages/en.ts';
import type { Outcome } from './test-world.ts';

/** What a person reads of each failure; none may have a hole. */
export function sentencesOf(failed: Outcome['failed']): string[] {
  return failed.map(({ error }) => {
    const sentence = errorSentence(error.code, error.details);
    expect(sentence).not.toContain('…');
    return sentence;
  });
}
