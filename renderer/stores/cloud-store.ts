import { create } from 'zustand';
import type { CloudFile } from '../../shared/api/cloud/files.ts';
import type { BridgeError } from '../../shared/bridge/state.ts';

export type ListName = 'mine' | 'shared';

interface FileList {
  /** Null until a list came. A list stays while a newer one is fetched, or can't be. */
  readonly files: readonly CloudFile[] | null;
  /** Milliseconds. */
  readonly loadedAt: number | null;
  readonly isLoading: boolean;
  readonly error: BridgeError | null;
}

interface CloudStore {
  readonly mine: FileList;
  readonly shared: FileList;
  begin(list: ListName): void;
  receive(list: ListName, files: readonly CloudFile[], now: number): void;
  fail(list: ListName, error: BridgeError): void;
  reset(): void;
}

const EMPTY: FileList = { files: null, loadedAt: null, isLoading: false, error: null };
const INITIAL = { mine: EMPTY, shared: EMPTY };

export const useCloudStore = create<CloudStore>()((set) => ({
  ...INITIAL,
  begin: (list) => set((data) => ({ [list]: { ...data[list], isLoading: true } })),
  receive: (list, files, now) => set({ [list]: { files, loadedAt: now, isLoading: false, error: null } }),
  fail: (list, error) => set((data) => ({ [list]: { ...data[list], isLoading: false, error } })),
  reset: () => set(INITIAL),
}));

/** Everyone the person shares with, for suggestions. */
export const knownPeople = (files: readonly CloudFile[] | null): readonly string[] =>
  [...new Set(files?.flatMap((file) => file.shared_with) ?? [])].sort();
