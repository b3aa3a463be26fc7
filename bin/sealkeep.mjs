#!/usr/bin/env node
// The launcher of the command. Any Node >= 18 can run it; it hands over to the Node >= 24 that Sealkeep itself runs on.
import path from 'node:path';
import { checkBuild, findNode, handOver, nodeFlags, root, serverFlags } from './launch.mjs';

const SERVERS = new Set(['serve', 'kms', 'cloud']);
const entry = path.join(root, 'out', 'node', 'sealkeep.js');

// Sealkeep itself gets the secrets, and nothing else that the launcher starts or leaves behind.
const environment = { ...process.env };
const SECRETS = ['SEALKEEP_PASSWORD', 'SEALKEEP_TOTP', 'KMS_ROOT_PASSPHRASE', 'CLOUD_ROOT_PASSPHRASE'];
for (const secret of SECRETS) delete process.env[secret];

const node = findNode();
checkBuild(entry);
const args = process.argv.slice(2);
handOver(node, [...(SERVERS.has(args[0]) ? serverFlags : nodeFlags), entry, ...args], environment);
