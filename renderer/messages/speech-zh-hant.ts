import { ERROR_SENTENCES_ZH_HANT } from '../../shared/messages/zh-hant.ts';
import type { Speech } from './speech.ts';
import { ZH_HANT } from './zh-hant.ts';

export const CHINESE: Speech = { language: 'zh-Hant', texts: ZH_HANT, errors: ERROR_SENTENCES_ZH_HANT };
