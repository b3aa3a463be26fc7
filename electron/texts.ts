import type { Language } from '../shared/bridge/state.ts';

/** What the shell itself says outside the page; both languages have every text, or it does not compile. */
interface Texts {
  readonly sealed: (name: string) => string;
  readonly opened: (name: string) => string;
  readonly uploaded: (name: string) => string;
  readonly downloaded: (name: string) => string;
  readonly failed: (name: string) => string;
  readonly several: (done: number, failed: number) => string;
  readonly closing: string;
  readonly closingDetail: string;
  readonly closeAnyway: string;
  readonly keepOpen: string;
  readonly cannotStart: string;
}

const EN: Texts = {
  sealed: (name) => `${name} is sealed.`,
  opened: (name) => `${name} is open.`,
  uploaded: (name) => `${name} is in the cloud.`,
  downloaded: (name) => `${name} is downloaded.`,
  failed: (name) => `${name} did not work out; Sealkeep says why.`,
  several: (done, failed) =>
    failed === 0 ? `${done} files are done.` : `${done} of ${done + failed} files are done.`,
  closing: 'Sealkeep is still working.',
  closingDetail: 'If you close it now, what is running is cancelled; nothing half-done is left behind.',
  closeAnyway: 'Cancel it and close',
  keepOpen: 'Keep working',
  cannotStart: 'Sealkeep cannot start',
};

const ZH_HANT: Texts = {
  sealed: (name) => `已封存 ${name}。`,
  opened: (name) => `已開啟 ${name}。`,
  uploaded: (name) => `${name} 已上傳至雲端。`,
  downloaded: (name) => `已下載 ${name}。`,
  failed: (name) => `${name} 未能完成，原因請見 Sealkeep。`,
  several: (done, failed) =>
    failed === 0 ? `已完成 ${done} 個檔案。` : `${done + failed} 個檔案中已完成 ${done} 個。`,
  closing: 'Sealkeep 仍在工作中。',
  closingDetail: '現在關閉會取消進行中的工作，不會留下未完成的檔案。',
  closeAnyway: '取消工作並關閉',
  keepOpen: '繼續工作',
  cannotStart: 'Sealkeep 無法啟動',
};

const TEXTS: Readonly<Record<Language, Texts>> = { en: EN, 'zh-Hant': ZH_HANT };

/** @param chosen null follows the system, whose language is `locale` (BCP 47). */
export function textsFor(chosen: Language | null, locale: string): Texts {
  return TEXTS[chosen ?? (/^zh(?:-|$)/i.test(locale) ? 'zh-Hant' : 'en')];
}
