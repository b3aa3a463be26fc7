import path from 'node:path';

const BAR = 24;
const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** 1536 → `1.5 KiB` */
export function formatBytes(bytes: number): string {
  const power = bytes < 1024 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** power;
  return `${power === 0 ? value : value.toFixed(1)} ${UNITS[power]}`;
}

/** `[######----] 12.0 MiB of 40.0 MiB  report.txt`, cut to the terminal's width. */
export function progressLine(file: string, bytes: number, total: number, columns: number): string {
  const share = total > 0 ? Math.min(1, bytes / total) : 1;
  const full = Math.round(share * BAR);
  const bar = `[${'#'.repeat(full)}${'-'.repeat(BAR - full)}]`;
  const line = `${bar} ${formatBytes(bytes)} of ${formatBytes(total)}  ${path.basename(file)}`;
  return line.slice(0, Math.max(20, columns - 1));
}
