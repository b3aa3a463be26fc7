import { type ComponentType, lazy } from 'react';

/** A panel whose code comes after the first screen is there. Asked for twice it is fetched once. */
function later(load: () => Promise<ComponentType>) {
  let loading: Promise<{ default: ComponentType }> | undefined;
  const once = () => {
    loading ??= load().then((panel) => ({ default: panel }));
    return loading;
  };
  return { Panel: lazy(once), load: once };
}

const cloud = later(async () => (await import('./cloud.tsx')).CloudPanel);
const shared = later(async () => (await import('./shared-with-me.tsx')).SharedWithMePanel);
const keys = later(async () => (await import('./keys/keys-panel.tsx')).KeysPanel);
const activity = later(async () => (await import('./activity/activity-panel.tsx')).ActivityPanel);
const people = later(async () => (await import('./people/people-panel.tsx')).PeoplePanel);
const settings = later(async () => (await import('./settings/settings-panel.tsx')).SettingsPanel);

export const CloudPanel = cloud.Panel;
export const SharedWithMePanel = shared.Panel;
export const KeysPanel = keys.Panel;
export const ActivityPanel = activity.Panel;
export const PeoplePanel = people.Panel;
export const SettingsPanel = settings.Panel;

/** Fetches them all, so that each is there when it is asked for, also where Sealkeep itself has ended by then. */
export async function loadPanels(): Promise<void> {
  await Promise.all([cloud, shared, keys, activity, people, settings].map((one) => one.load()));
}
