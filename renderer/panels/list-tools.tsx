import { RotateCw, Search } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { useTexts } from '../messages/use-texts.ts';
import { IconButton } from '../parts/button.tsx';
import type { ListName } from '../stores/cloud-store.ts';
import { loadFiles } from '../stores/load-files.ts';

interface ListToolsProps {
  readonly list: ListName;
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly children?: ReactNode;
}

/** What stands above a list: the filter, a way to fetch it anew, and what else the panel can do. */
export function ListTools({ list, text, onText, children }: ListToolsProps) {
  const { t } = useTexts();
  const id = useId();
  return (
    <div className="tools">
      <div className="search">
        <label className="visually-hidden" htmlFor={id}>
          {t('cloud.filter')}
        </label>
        <Search aria-hidden="true" />
        <input
          id={id}
          className="input"
          type="search"
          spellCheck={false}
          placeholder={t('cloud.filter')}
          value={text}
          onChange={(event) => onText(event.target.value)}
        />
      </div>
      <IconButton icon={RotateCw} label={t('cloud.refresh')} onClick={() => void loadFiles(list)} />
      {children}
    </div>
  );
}
