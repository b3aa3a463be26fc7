import type { LucideIcon } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { type ReactNode, useState } from 'react';

export interface MenuItem {
  readonly label: string;
  readonly icon: LucideIcon;
  readonly onSelect: () => void;
  readonly isDangerous?: boolean;
}

interface MenuProps {
  /** The button that opens it. */
  readonly trigger: ReactNode;
  readonly items: readonly MenuItem[];
  readonly side?: 'top' | 'bottom';
}

/** A menu. Not modal: radix would lock scrolling by a style tag, which the page's policy refuses. */
export function Menu({ trigger, items, side = 'bottom' }: MenuProps) {
  const [main, setMain] = useState<HTMLElement | null>(null);
  return (
    // Looked up as it opens: while a screen is drawn for the first time, the one before it is still in the document.
    <DropdownMenu.Root modal={false} onOpenChange={() => setMain(document.querySelector('main'))}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      {/* Inside the page's main part: what stands outside of all landmarks is hard to find. */}
      <DropdownMenu.Portal container={main}>
        <DropdownMenu.Content className="menu" align="end" side={side} sideOffset={4} collisionPadding={8}>
          {items.map(({ label, icon: Icon, onSelect, isDangerous }) => (
            <DropdownMenu.Item
              key={label}
              className={isDangerous ? 'menu-item menu-item-danger' : 'menu-item'}
              // After the menu has given the focus back, or a dialog would give it to the menu.
              onSelect={() => setTimeout(onSelect)}
            >
              <Icon aria-hidden="true" />
              {label}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
