import { vi } from 'vitest';
import { useAppStore } from '../stores/app-store.ts';
import { useCloudStore } from '../stores/cloud-store.ts';
import { useJobsStore } from '../stores/jobs-store.ts';
import { startSubscriptions } from '../stores/subscriptions.ts';
import { useViewStore } from '../stores/view-store.ts';
import { createFakeCarrier } from './fake-carrier.ts';
import { type Scene, worldOf } from './scenes.ts';
import type { World } from './world.ts';

interface Page {
  readonly world: World;
  stop(): void;
}

/** The page's stores on a fake agent, as far as they are before anything is drawn. */
export async function startPage(scene: Scene): Promise<Page> {
  for (const store of [useAppStore, useCloudStore, useJobsStore, useViewStore]) store.getState().reset();
  const world = worldOf(scene);
  window.sealkeep = createFakeCarrier(world);
  // A dark system with a wide window.
  window.matchMedia = (query) =>
    ({
      matches: query.includes('dark'),
      addEventListener: () => undefined,
      removeEventListener: () => undefined,
    }) as never;
  const stop = startSubscriptions();
  await vi.waitFor(() => {
    const { state, error } = useAppStore.getState();
    if (!state && !error) throw new Error('the agent has said nothing yet');
  });
  return { world, stop };
}
