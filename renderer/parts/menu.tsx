import type { LucideIcon } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';

interface MenuItem {
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
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      {/* Inside the page's main part: what stands outside of all landmarks is hard to find. */}
      <DropdownMenu.Portal container={document.querySelector('main')}>
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
