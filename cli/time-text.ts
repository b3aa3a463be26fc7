/** A timestamp of an API, to the minute and in UTC, for lines that stand among others. */
export function minuteText(timestamp: string): string {
  return timestamp.slice(0, 16).replace('T', ' ');
}
