import { printable } from '../../shared/names/printable.ts';

/** Numbers, sizes, times as a language writes them. */
export interface Format {
  number(value: number): string;
  percent(fraction: number): string;
  /** Decimal units, as systems show file sizes. */
  bytes(value: number): string;
  rate(bytesPerSecond: number): string;
  /** A time that is left: coarse, so that it does not flicker. */
  duration(seconds: number): string;
  /** An RFC 3339 time, or milliseconds. */
  dateTime(value: string | number): string;
  /** The same without the time. */
  day(value: string): string;
  /** As short as the language has it. */
  date(value: string): string;
  time(value: number): string;
  /** Names, in a row. */
  list(items: readonly string[]): string;
}

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const;

/** @returns the value in the largest unit in which it is at least 1, as it will be shown. */
function scaled(value: number): { value: number; unit: (typeof UNITS)[number] } {
  let index = 0;
  let rest = value;
  // 999.95 would be shown as 1,000.
  while (rest >= 999.5 && index < UNITS.length - 1) {
    rest /= 1000;
    index += 1;
  }
  return { value: rest, unit: UNITS[index] ?? 'byte' };
}

function rounded(seconds: number): { value: number; unit: 'second' | 'minute' | 'hour' | 'day' } {
  if (seconds < 10) return { value: Math.max(1, Math.ceil(seconds)), unit: 'second' };
  if (seconds < 57.5) return { value: Math.ceil(seconds / 5) * 5, unit: 'second' };
  if (seconds < 59.5 * 60) return { value: Math.round(seconds / 60), unit: 'minute' };
  if (seconds < 36 * 3600) return { value: Math.round(seconds / 3600), unit: 'hour' };
  return { value: Math.round(seconds / 86_400), unit: 'day' };
}

/** @param locale what `Intl` understands, e.g. `en-IE` or `zh-TW`. */
export function createFormat(locale: string): Format {
  // Making an Intl object costs more than using it a thousand times.
  const kept = new Map<string, Intl.NumberFormat>();
  const unit = (name: string, digits: number, display: 'short' | 'long') => {
    const id = `${name} ${digits} ${display}`;
    const format =
      kept.get(id) ??
      new Intl.NumberFormat(locale, {
        style: 'unit',
        unit: name,
        unitDisplay: display,
        maximumFractionDigits: digits,
      });
    kept.set(id, format);
    return format;
  };
  const numbers = new Intl.NumberFormat(locale);
  const sized = (value: number, suffix: '' | '-per-second') => {
    const size = scaled(value);
    const digits = size.unit === 'byte' || size.value >= 99.95 ? 0 : 1;
    // `Intl` leaves this one unit untranslated.
    if (size.unit === 'byte' && suffix === '' && locale.startsWith('zh'))
      return `${numbers.format(value)} 位元組`;
    const display = size.unit === 'byte' && suffix === '' ? 'long' : 'short';
    return unit(`${size.unit}${suffix}`, digits, display).format(size.value);
  };
  const percents = new Intl.NumberFormat(locale, { style: 'percent' });
  const dateTimes = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
  const days = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
  const dates = new Intl.DateTimeFormat(locale, { dateStyle: 'short' });
  const times = new Intl.DateTimeFormat(locale, { timeStyle: 'short' });
  const lists = new Intl.ListFormat(locale);
  // `Intl` joins two names by 和 without a space, which runs names in Latin letters together.
  const isChinese = locale.startsWith('zh');
  return {
    number: (value) => numbers.format(value),
    percent: (fraction) => percents.format(Math.floor(fraction * 100) / 100),
    bytes: (value) => sized(value, ''),
    rate: (value) => sized(value, '-per-second'),
    duration: (seconds) => {
      const time = rounded(seconds);
      return unit(time.unit, 0, 'short').format(time.value);
    },
    dateTime: (value) => dateTimes.format(new Date(value)),
    day: (value) => days.format(new Date(value)),
    date: (value) => dates.format(new Date(value)),
    time: (value) => times.format(new Date(value)),
    list: (items) => {
      const shown = items.map(printable);
      return isChinese ? shown.join('、') : lists.format(shown);
    },
  };
}
