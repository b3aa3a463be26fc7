import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { outliveOutput } from './outlive-output.ts';

test('a terminal that is gone ends nothing; any other trouble of writing is a defect', () => {
  const stream = new EventEmitter();
  outliveOutput([stream]);
  for (const code of ['EPIPE', 'EIO']) stream.emit('error', Object.assign(new Error(code), { code }));
  const full = Object.assign(new Error('no room'), { code: 'ENOSPC' });
  expect(() => stream.emit('error', full)).toThrow(full);
});
