import { changeKmsRootKey } from '../../server/kms/change-kms-root-key.ts';
import { rootKeySource } from '../../server/platform/config/root-key-setting.ts';
import { providerOfSource } from '../../server/platform/root-key/provider-of-source.ts';

/**
 * A process of its own that changes a KMS's root key, and kills itself once so many steps are durable; it prints the
 * last one. Told of more than there are, it comes to its end.
 */
const [databaseFile = '', from = '', to = '', steps = ''] = process.argv.slice(2);
const ask = async () => 'a long enough passphrase';
let left = Number(steps);
await changeKmsRootKey(
  {
    present: rootKeySource.parse(from),
    next: rootKeySource.parse(to),
    databaseFile,
    providerOf: (source) =>
      providerOfSource(source, { setting: 'KMS_ROOT_KEY', ask, cost: { memory: 8, passes: 1 } }),
    tell(step) {
      left -= 1;
      if (left > 0) return;
      process.stdout.write(JSON.stringify(step));
      process.kill(process.pid, 'SIGKILL');
    },
  },
  () => new Date(),
);
