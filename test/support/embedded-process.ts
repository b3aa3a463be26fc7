import { serversOf } from '../../server/embedded/data-folder-servers.ts';

/** A process of its own that serves a data folder until it is killed; it prints where, as one line of JSON. */
const [dataFolder = '', workerUrl = ''] = process.argv.slice(2);
const servers = await serversOf(dataFolder, new URL(workerUrl));
process.stdout.write(`${JSON.stringify(servers.addresses)}\n`);
