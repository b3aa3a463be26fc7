import type { CloudFile } from '../../shared/api/cloud/files.ts';

export type Column = 'name' | 'size' | 'shared' | 'owner' | 'role' | 'version' | 'changed';
export interface Order {
  readonly column: Column;
  readonly isDescending: boolean;
}

/** What a click on a column's head makes of the order: the same column turns round. */
export function nextOrder(order: Order, column: Column): Order {
  if (order.column === column) return { column, isDescending: !order.isDescending };
  return { column, isDescending: column === 'changed' || column === 'size' };
}

/** Files whose name contains the text, in order. `report 10` comes after `report 9`, as file managers have it. */
export function arrangeFiles(
  files: readonly CloudFile[],
  { column, isDescending }: Order,
  text: string,
  locale: string,
): readonly CloudFile[] {
  const names = new Intl.Collator(locale, { numeric: true, sensitivity: 'base' });
  const compare = (a: CloudFile, b: CloudFile): number => {
    switch (column) {
      case 'name':
        return names.compare(a.name, b.name);
      case 'owner':
        return names.compare(a.owner, b.owner);
      case 'role':
        return names.compare(a.role, b.role);
      case 'size':
        return a.size - b.size;
      case 'shared':
        return a.shared_with.length - b.shared_with.length;
      case 'version':
        return a.key_version - b.key_version;
      case 'changed':
        return Date.parse(a.changed_at) - Date.parse(b.changed_at);
    }
  };
  const wanted = text.normalize('NFC').trim().toLocaleLowerCase(locale);
  const turn = isDescending ? -1 : 1;
  return files
    .filter((file) => file.name.normalize('NFC').toLocaleLowerCase(locale).includes(wanted))
    .sort((a, b) => turn * compare(a, b) || names.compare(a.name, b.name));
}
