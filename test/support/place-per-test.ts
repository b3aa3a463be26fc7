import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { startTestWorld, type TestWorld, type WorldPerson } from './test-world.ts';

/** What the tests of one file share, and the folder that the present one has to itself. */
export interface Place {
  readonly world: TestWorld;
  readonly alice: WorldPerson;
  readonly folder: string;
  /** A path in that folder. */
  at(...steps: string[]): string;
  /** Writes and seals a file there. */
  sealed(name: string, content: string): Promise<{ enc: string; key: string }>;
}

/** To be called at the top of a test file: starts a world with Alice in it, and makes an empty folder before each test. */
export function placePerTest(): Place {
  let world: TestWorld;
  let alice: WorldPerson;
  let name = '';
  let count = 0;
  beforeAll(async () => {
    world = await startTestWorld();
    alice = await world.person('alice');
  });
  afterAll(() => world.close());
  const at = (...steps: string[]) => path.join(alice.folder, name, ...steps);
  beforeEach(async () => {
    count += 1;
    name = `place ${count}`;
    await mkdir(at());
  });
  return {
    get world() {
      return world;
    },
    get alice() {
      return alice;
    },
    get folder() {
      return at();
    },
    at,
    sealed: (file, content) => alice.sealed(path.join(name, file), content),
  };
}
