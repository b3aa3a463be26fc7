import type { Command } from 'commander';
import { exportKey } from '../../agent/jobs/export-key.ts';
import { withAgent } from '../connect.ts';
import type { CliContext, ClientOptions } from '../context.ts';

const HELP = `
The key is one line of standard output, in base64. With it docs/opener.html opens the .enc in any browser, without a KMS,
a cloud or a network. The KMS asks for a fresh code of the authenticator first, and keeps in its audit log that the key
was exported.`;

export function addExportKeyCommand(program: Command, context: CliContext): void {
  const { terminal, secrets } = context;
  program
    .command('export-key <file>')
    .description('print the key (DEK) of a sealed file, for docs/opener.html; asks for a fresh code')
    .addHelpText('after', HELP)
    .action(async (file: string, _options, command: Command) => {
      const options = command.optsWithGlobals<ClientOptions>();
      await withAgent(context, options, async ({ jobs }) => {
        const dek = await exportKey(jobs, { source: file, askCode: secrets.code });
        terminal.note(
          `Whoever has this key can open ${file} for good, whatever the KMS says; keep it as safe as the file itself.`,
        );
        terminal.note('To open the file with it: docs/opener.html, in any browser, also offline.');
        try {
          const text = dek.use((bytes) => bytes.toString('base64'));
          if (options.json) terminal.printJson({ file, dek: text });
          else terminal.print(text);
        } finally {
          dek.destroy();
        }
      });
    });
}
