import type { ICruiseOptions, IForbiddenRuleType } from 'dependency-cruiser';

/** DESIGN.md's import table: a folder may import itself and what stands on its line, nothing else. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  shared: [],
  core: ['shared'],
  'server/platform': ['core', 'shared'],
  'server/kms': ['server/platform', 'core', 'shared'],
  'server/cloud': ['server/platform', 'core', 'shared'],
  agent: ['core', 'shared'],
  cli: ['agent', 'server', 'core', 'shared'],
  browser: ['agent', 'server', 'core', 'shared'],
  'browser/page': ['shared'],
  electron: ['agent', 'server', 'core', 'shared'],
  renderer: ['shared'],
};

const LAYERS = [
  'shared',
  'core',
  'server',
  'agent',
  'cli',
  'electron',
  'browser',
  'renderer',
  'test',
  'e2e',
  'e2e-app',
  'bench',
];

const layerRules: IForbiddenRuleType[] = Object.entries(MAY_IMPORT).map(([folder, allowed]) => ({
  name: `${folder.replace('/', '-')}-imports`,
  comment: `${folder}/ may import ${allowed.join(', ') || 'nothing of ours'} (DESIGN.md, layout).`,
  severity: 'error',
  from: { path: `^${folder}/`, pathNot: '\\.test\\.ts$' },
  to: { path: `^(${LAYERS.join('|')})/`, pathNot: `^(${[folder, ...allowed].join('|')})/` },
}));

/** The rules in dependency-cruiser's form. */
export const FORBIDDEN: IForbiddenRuleType[] = [
  ...layerRules,
  {
    name: 'shared-is-pure',
    comment: 'shared/ runs in a page as well as in Node.',
    severity: 'error',
    from: { path: '^shared/', pathNot: '\\.test\\.ts$' },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'only-core-crypto-touches-node-crypto',
    comment: 'The independent reader of the tests shares no code with what it checks.',
    severity: 'error',
    from: { pathNot: '^(core/crypto|test/independent-reader)/' },
    to: { path: '^(node:)?crypto$' },
  },
  {
    name: 'no-schemas-in-the-page',
    comment: 'A schema brings its library into what the page has to load at start; types cost nothing.',
    severity: 'error',
    from: { path: '^renderer/', pathNot: '\\.test\\.tsx?$|^renderer/testing/' },
    to: {
      path: '^shared/(api|bridge|formats)/|^shared/names/(file-name|folder-path|user-name|resource-name)\\.ts$',
      dependencyTypesNot: ['type-only'],
    },
  },
  { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
  { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
];

export const OPTIONS: ICruiseOptions = {
  doNotFollow: { path: 'node_modules' },
  tsPreCompilationDeps: true,
  parser: 'swc',
  enhancedResolveOptions: {
    exportsFields: ['exports'],
    conditionNames: ['import', 'node', 'types', 'default'],
  },
};
