import path from 'node:path';
import { cutToWidth, textWidth } from './text-width.ts';

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** 1536 → `1.5 KiB` */
export function formatBytes(bytes: number): string {
  const power = bytes < 1024 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** power;
  return `${power === 0 ? value : value.toFixed(1)} ${UNITS[power]}`;
}

/** 75 → `1:15`, 3675 → `1:01:15` */
export function formatSeconds(seconds: number): string {
  const whole = Math.ceil(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  const tail = `${hours > 0 ? two(minutes) : minutes}:${two(whole % 60)}`;
  return hours > 0 ? `${hours}:${tail}` : tail;
}

/** How far a job is. */
export interface Progress {
  /** The file that moved last. */
  readonly name: string;
  /** Files and folders that are done, of all. */
  readonly done: number;
  readonly items: number;
  readonly bytes: number;
  /** Of all; undefined where it is not known yet. */
  readonly total: number | undefined;
  /** Bytes a second, lately; undefined where it is too early to say. */
  readonly rate: number | undefined;
}

/** No line is cut shorter than this. */
const NARROWEST = 20;
const WIDE_BAR = 20;
const NARROW_BAR = 8;
const SHORTEST_NAME = 8;

/**
 * `report.txt [########------------]  40%  120.0 MiB/s  0:12 left`, for several files `3 of 12 files, 1.2 GiB of 4.0 GiB`
 * in place of the name. What does not fit into the terminal is left out, the name is cut, and where the whole is not
 * known there is neither bar nor percentage.
 */
export function progressLine(progress: Progress, columns: number): string {
  // The last column stays free: some terminals begin a new line after it.
  const width = Math.max(NARROWEST, columns - 1);
  const bars =
    progress.total === undefined ? [''] : [WIDE_BAR, NARROW_BAR].map((cells) => bar(progress, cells));
  const tails = tailsOf(progress);
  for (const tail of tails) {
    const room = width - textWidth(tail);
    for (const head of headsOf(progress)) {
      const shape = bars.find((one) => textWidth(head + one) <= room);
      if (shape !== undefined) return head + shape + tail;
    }
    const shape = bars.at(-1) ?? '';
    const name = cutName(progress, room - textWidth(shape));
    if (name !== undefined) return name + shape + tail;
  }
  const least = tails.at(-1) ?? '';
  const head = progress.items <= 1 ? path.basename(progress.name) : `${progress.done} of ${progress.items}`;
  return cutToWidth(head, width - textWidth(least)) + least;
}

/** What stands first, the richest first. */
function headsOf(progress: Progress): string[] {
  const { done, items, bytes, total } = progress;
  if (items <= 1) return [path.basename(progress.name)];
  const amount = total === undefined ? formatBytes(bytes) : `${formatBytes(bytes)} of ${formatBytes(total)}`;
  const count = `${done} of ${items}`;
  return [`${count} files, ${amount}`, `${count}, ${amount}`, `${count} files`, count];
}

function cutName({ name, items }: Progress, room: number): string | undefined {
  return items <= 1 && room >= SHORTEST_NAME ? cutToWidth(path.basename(name), room) : undefined;
}

function shareOf({ bytes, total }: Progress): number {
  return total ? Math.min(1, bytes / total) : 1;
}

function bar(progress: Progress, cells: number): string {
  const full = Math.floor(shareOf(progress) * cells);
  return ` [${'#'.repeat(full)}${'-'.repeat(cells - full)}]`;
}

/** What stands last, the richest first. */
function tailsOf(progress: Progress): string[] {
  const { bytes, total, rate, items } = progress;
  const speed = rate === undefined ? '' : `  ${formatBytes(Math.round(rate))}/s`;
  if (total === undefined)
    return items > 1 ? [speed, ''] : [`  ${formatBytes(bytes)}${speed}`, `  ${formatBytes(bytes)}`];
  // 100 % is what is done, not what is nearly.
  const percent = ` ${String(Math.floor(shareOf(progress) * 100)).padStart(3)}%`;
  const left = rate ? `  ${formatSeconds(Math.max(0, total - bytes) / rate)} left` : '';
  return [percent + speed + left, percent + left, percent];
}
