/** Settings, schedules and terms count in days of 24 hours. */
export const DAY_MS = 86_400_000;
