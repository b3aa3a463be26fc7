import type { Language } from '../../shared/bridge/state.ts';
import type { ErrorCode } from '../../shared/errors/codes.ts';
import { ERROR_SENTENCES } from '../../shared/messages/en.ts';
import { EN } from './en.ts';
import type { Catalogue } from './zh-hant.ts';

/** All that the page can say in one language. */
export interface Speech {
  readonly language: Language;
  readonly texts: Catalogue;
  readonly errors: Readonly<Record<ErrorCode, string>>;
}

/** Comes with the page: what it speaks until it has fetched another. */
export const ENGLISH: Speech = { language: 'en', texts: EN, errors: ERROR_SENTENCES };
