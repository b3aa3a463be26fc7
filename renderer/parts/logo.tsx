/** The mark: a seal with a keyhole. Decoration; the name stands beside it. */
export function Logo({ size = 32 }: { size?: number }) {
  return (
    <svg className="logo" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="9" className="logo-ground" />
      <circle cx="16" cy="16" r="9.25" className="logo-ring" />
      <path
        className="logo-hole"
        d="M16 10.6a3.4 3.4 0 0 0-1.72 6.33l-.86 4.02a.6.6 0 0 0 .59.72h3.98a.6.6 0 0 0 .59-.72l-.86-4.02A3.4 3.4 0 0 0 16 10.6Z"
      />
    </svg>
  );
}
