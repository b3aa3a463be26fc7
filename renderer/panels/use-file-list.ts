import { useEffect, useMemo, useState } from 'react';
import type { CloudFile } from '../../shared/api/cloud/files.ts';
import { arrangeFiles, type Column, nextOrder, type Order } from '../parts/file-order.ts';
import { selectLocale, useAppStore } from '../stores/app-store.ts';
import { type ListName, useCloudStore } from '../stores/cloud-store.ts';
import { loadFiles } from '../stores/load-files.ts';

export interface FileListView {
  readonly name: ListName;
  /** All of them; null until they came. */
  readonly files: readonly CloudFile[] | null;
  /** What the filter leaves, in order. */
  readonly arranged: readonly CloudFile[];
  readonly order: Order;
  readonly text: string;
  setText(text: string): void;
  /** A click on a column's head. */
  turn(column: Column): void;
}

/** A list as its panel shows it: fetched anew when the panel comes up, filtered and in order. */
export function useFileList(list: ListName): FileListView {
  const files = useCloudStore((store) => store[list].files);
  const locale = useAppStore(selectLocale);
  const [order, setOrder] = useState<Order>({ column: 'changed', isDescending: true });
  const [text, setText] = useState('');
  useEffect(() => void loadFiles(list), [list]);
  const arranged = useMemo(
    () => arrangeFiles(files ?? [], order, text, locale),
    [files, order, text, locale],
  );
  return {
    name: list,
    files,
    arranged,
    order,
    text,
    setText,
    turn: (column) => setOrder((before) => nextOrder(before, column)),
  };
}
