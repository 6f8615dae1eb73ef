/** The product's mark, the character 回. Decorative, as the name always stands beside it. */
export function Logo({ size }: { size: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden focusable="false">
      <rect width="32" height="32" rx="7" fill="#0b5cad" />
      <rect x="7" y="7" width="18" height="18" rx="3.500" fill="none" stroke="#fff" strokeWidth="2.800" />
      <rect x="12.500" y="12.500" width="7" height="7" rx="1.500" fill="#9cc7f0" />
    </svg>
  );
}
