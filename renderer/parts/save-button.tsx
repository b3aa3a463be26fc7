import { Download } from 'lucide-react';
import { carrier } from '../bridge.ts';
import { useTexts } from '../messages/use-texts.ts';
import { useViewStore } from '../stores/view-store.ts';
import { Button } from './button.tsx';

/** A long name is cut before its ending, by which the two files of a pair differ. */
function EndingKept({ text }: { text: string }) {
  const dot = text.lastIndexOf('.');
  const end = dot < 0 ? text.length : dot;
  return (
    <span className="ending-kept">
      <span className="truncate">{text.slice(0, end)}</span>
      {text.slice(end)}
    </span>
  );
}

interface SaveButtonProps {
  /** Of a job, or of an export. */
  readonly id: string;
  readonly index: number;
  readonly name: string;
}

/** Hands an output to the browser; only where `can.save`. */
export function SaveButton({ id, index, name }: SaveButtonProps) {
  const { t } = useTexts();
  const toast = useViewStore((view) => view.toast);
  const text = t('job.save', { name });
  const save = () =>
    carrier()
      .save(id, index)
      .then(
        () => toast(t('job.saved', { name })),
        () => toast(t('job.save.failed', { name })),
      );
  return (
    <Button isSmall icon={Download} aria-label={text} onClick={() => void save()}>
      <EndingKept text={text} />
    </Button>
  );
}
