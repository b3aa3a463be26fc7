import { ArrowDown, ArrowUp } from 'lucide-react';
import type { ReactNode } from 'react';
import type { CloudFile } from '../../shared/api/cloud/files.ts';
import { printable } from '../../shared/names/printable.ts';
import { type Texts, useTexts } from '../messages/use-texts.ts';
import type { Column, Order } from './file-order.ts';

/** Which files are chosen, by resource. */
export interface Choice {
  readonly chosen: ReadonlySet<string>;
  onChoose(chosen: ReadonlySet<string>): void;
}

interface FileTableProps {
  readonly label: string;
  readonly files: readonly CloudFile[];
  readonly columns: readonly Column[];
  readonly order: Order;
  readonly onOrder: (column: Column) => void;
  /** Where files can be chosen. */
  readonly choice?: Choice;
  readonly actions: (file: CloudFile) => ReactNode;
}

const HEADS = {
  name: 'column.name',
  size: 'column.size',
  shared: 'column.shared',
  owner: 'column.owner',
  role: 'column.role',
  version: 'column.version',
  changed: 'column.changed',
} as const;

function sharedWith(file: CloudFile, { t, format }: Texts): string {
  if (file.shared_with.length === 0) return t('shared.nobody');
  if (file.shared_with.length <= 2) return format.list(file.shared_with);
  return t('shared.people', { n: file.shared_with.length });
}

function cell(file: CloudFile, column: Column, texts: Texts): string {
  const { t, format } = texts;
  switch (column) {
    case 'name':
      return printable(file.name);
    case 'size':
      return format.bytes(file.size);
    case 'shared':
      return sharedWith(file, texts);
    case 'owner':
      return printable(file.owner);
    case 'role':
      return t(`role.${file.role}`);
    case 'version':
      return format.number(file.key_version);
    case 'changed':
      return format.dateTime(file.changed_at);
  }
}

function Head({ column, order, onOrder }: { column: Column } & Pick<FileTableProps, 'order' | 'onOrder'>) {
  const { t } = useTexts();
  const isOrder = order.column === column;
  const Arrow = order.isDescending ? ArrowDown : ArrowUp;
  const sort = order.isDescending ? 'descending' : 'ascending';
  return (
    <th scope="col" className={`cell-${column}`} aria-sort={isOrder ? sort : 'none'}>
      <button type="button" onClick={() => onOrder(column)}>
        {t(HEADS[column])}
        {isOrder && <Arrow aria-hidden="true" />}
      </button>
    </th>
  );
}

/** Files of the cloud. On narrow windows a second line under the name takes the place of the other columns. */
export function FileTable({ label, files, columns, order, onOrder, choice, actions }: FileTableProps) {
  const texts = useTexts();
  const { t } = texts;
  const areAllChosen = files.length > 0 && files.every((file) => choice?.chosen.has(file.resource_name));
  const toggle = (resource: string) => {
    const next = new Set(choice?.chosen);
    if (!next.delete(resource)) next.add(resource);
    choice?.onChoose(next);
  };
  return (
    <table className="files" aria-label={label}>
      <thead>
        <tr>
          {choice && (
            <th scope="col" className="cell-choose">
              <input
                type="checkbox"
                aria-label={t('row.choose-all')}
                checked={areAllChosen}
                onChange={() =>
                  choice.onChoose(new Set(areAllChosen ? [] : files.map((file) => file.resource_name)))
                }
              />
            </th>
          )}
          {columns.map((column) => (
            <Head key={column} column={column} order={order} onOrder={onOrder} />
          ))}
          <th scope="col" className="cell-actions">
            <span className="visually-hidden">{t('column.actions')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {files.map((file) => (
          <tr key={file.resource_name} data-chosen={choice?.chosen.has(file.resource_name) || undefined}>
            {choice && (
              <td className="cell-choose">
                <input
                  type="checkbox"
                  aria-label={t('row.choose', { name: file.name })}
                  checked={choice.chosen.has(file.resource_name)}
                  onChange={() => toggle(file.resource_name)}
                />
              </td>
            )}
            {columns.map((column) =>
              column === 'name' ? (
                <th key={column} scope="row" className="cell-name">
                  <span className="truncate" title={printable(file.name)}>
                    {printable(file.name)}
                  </span>
                  <span className="cell-second truncate">
                    <span className="only-narrow">{texts.format.date(file.changed_at)} · </span>
                    {columns
                      .filter((other) => other === 'size' || other === 'shared' || other === 'owner')
                      .map((other) => cell(file, other, texts))
                      .join(' · ')}
                  </span>
                </th>
              ) : (
                <td
                  key={column}
                  className={`cell-${column}`}
                  title={column === 'shared' ? file.shared_with.map(printable).join(', ') : undefined}
                >
                  {cell(file, column, texts)}
                </td>
              ),
            )}
            <td className="cell-actions">{actions(file)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
