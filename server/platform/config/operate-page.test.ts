import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CLOUD_SETTINGS, readCloudConfig } from '../../cloud/config.ts';
import { kmsSettings, readKmsConfig } from '../../kms/config.ts';

const DATA = '/data';
const page = readFileSync(new URL('../../../docs/operate.md', import.meta.url), 'utf8');
const blocks = Array.from(page.matchAll(/^```\w*\n(.*?)^```$/gms), ([, text = '']) => text);
const examples = blocks
  .filter((block) => /^(?:[A-Z_]+=.*\n)+$/.test(block))
  .map(
    (block) =>
      new Map(Array.from(block.matchAll(/^(\w+)=(.*)$/gm), ([, name = '', value = '']) => [name, value])),
  );

test('the settings that the page shows are settings, and leave the machine itself in', () => {
  expect(examples).toHaveLength(2);
  for (const example of examples) {
    const known = Object.keys({ ...kmsSettings(DATA), ...CLOUD_SETTINGS });
    expect([...example.keys()].filter((name) => !known.includes(name))).toEqual([]);
    for (const read of [readKmsConfig, readCloudConfig]) {
      const { addresses } = read(Object.fromEntries(example), DATA);
      expect(['127.0.0.1', '::1', '10.1.2.3', '192.0.2.1'].map(addresses.includes)).toEqual([
        true,
        true,
        true,
        false,
      ]);
    }
  }
});

test('service and backup have the same settings, from a file that is made before either starts', () => {
  const units = blocks.filter(
    (block) => block.includes('ExecStart=/usr/bin/node') || block.includes('Type=oneshot'),
  );
  expect(units).toHaveLength(2);
  const settingsOf = (unit: string) => /^EnvironmentFile=(.*)$/m.exec(unit)?.[1];
  expect(units.map(settingsOf)).toEqual(['/etc/sealkeep/sealkeep.env', '/etc/sealkeep/sealkeep.env']);
  const made = page.indexOf('touch /etc/sealkeep/sealkeep.env');
  expect(made).toBeGreaterThan(-1);
  expect(page.indexOf('systemctl daemon-reload && systemctl enable --now')).toBeGreaterThan(made);
});
