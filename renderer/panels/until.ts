import { DAY_MS } from '../../shared/days.ts';
/** Until when a share lasts, as the dialog asks. */
export const UNTIL_CHOICES = ['none', 'day', 'week', 'month', 'date'] as const;
export type UntilChoice = (typeof UNTIL_CHOICES)[number];

const DAYS = { day: 1, week: 7, month: 30 } as const;

/**
 * @param date for the choice `date`: the last day, `YYYY-MM-DD`, here.
 * @returns the time, RFC 3339 in UTC; null for no end; undefined where the date is none, or is over.
 */
export function untilTime(choice: UntilChoice, date: string, now: number): string | null | undefined {
  if (choice === 'none') return null;
  if (choice !== 'date') return new Date(now + DAYS[choice] * DAY_MS).toISOString();
  const end = Date.parse(`${date}T23:59:59`);
  return Number.isNaN(end) || end <= now ? undefined : new Date(end).toISOString();
}
