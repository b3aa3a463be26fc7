import { call } from '../bridge.ts';
import { useAppStore } from './app-store.ts';
import { useViewStore } from './view-store.ts';

/** Logs out. Where that fails the view store says why; nobody is logged in then either, unless the agent did not hear it. */
export async function logOut(): Promise<void> {
  const { leave, failLeaving } = useViewStore.getState();
  leave();
  const result = await call('account.logout', {});
  if (result.ok) return;
  const state = await call('app.state', {});
  if (state.ok) useAppStore.getState().receive(state.value);
  failLeaving(result.error);
}
