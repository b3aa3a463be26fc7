import { useEffect, useMemo, useState } from 'react';
import { arrangeFiles, type Column, nextOrder, type Order } from '../parts/file-order.ts';
import { selectLocale, useAppStore } from '../stores/app-store.ts';
import { type ListName, useCloudStore } from '../stores/cloud-store.ts';
import { loadFiles } from '../stores/load-files.ts';

/** A list as its panel shows it: fetched anew when the panel comes up, filtered and in order. */
export function useFileList(list: ListName) {
  const files = useCloudStore((store) => store[list].files);
  const isLoading = useCloudStore((store) => store[list].isLoading);
  const locale = useAppStore(selectLocale);
  const [order, setOrder] = useState<Order>({ column: 'changed', isDescending: true });
  const [text, setText] = useState('');
  useEffect(() => void loadFiles(list), [list]);
  const arranged = useMemo(
    () => arrangeFiles(files ?? [], order, text, locale),
    [files, order, text, locale],
  );
  return {
    files,
    isLoading,
    arranged,
    order,
    text,
    setText,
    turn: (column: Column) => setOrder((before) => nextOrder(before, column)),
  };
}
