/** The product's mark: what went out comes back. Decorative, as the name always stands beside it. */
export function Logo({ size }: { size: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden focusable="false">
      <rect width="32" height="32" rx="7" fill="#0b5cad" />
      <g fill="none" strokeLinecap="round" strokeLinejoin="round">
        <path d="M9 23V13a4 4 0 0 1 4-4h6a4 4 0 0 1 0 9h-6" stroke="#fff" strokeWidth="3" />
        <path d="m16.500 14-4 4 4 4" stroke="#9cc7f0" strokeWidth="2.500" />
      </g>
    </svg>
  );
}
