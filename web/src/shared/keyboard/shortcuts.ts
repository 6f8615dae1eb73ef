import { useEffect, useRef } from "react";

/** A map from key sequence ("?", "g i", "j") to what it does. */
export type Shortcuts = Record<string, () => void>;

/** How long the second key of a sequence may take. */
const SEQUENCE_MS = 1200;

/** Whether keys typed here are text and must not be taken as commands. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement && ["radio", "checkbox"].includes(target.type)) return false;
  return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
}

/**
 * The command for a key after an earlier one, and the key to keep for the next time.
 * A sequence wins over a single key; a key that starts a sequence waits.
 */
export function matchShortcut(
  bound: readonly string[],
  earlier: string | null,
  key: string,
): { run: string | null; pending: string | null } {
  const sequence = `${earlier ?? ""} ${key}`;
  if (earlier !== null && bound.includes(sequence)) return { run: sequence, pending: null };
  if (bound.some((binding) => binding.startsWith(`${key} `))) return { run: null, pending: key };
  return { run: bound.includes(key) ? key : null, pending: null };
}

/** Listens on the whole page while mounted; silent while the user types or holds a modifier. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const latest = useRef(shortcuts);
  useEffect(() => {
    latest.current = shortcuts;
  });
  useEffect(() => {
    let pending: { key: string; at: number } | null = null;
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (isTyping(event.target)) return;
      const earlier = pending !== null && event.timeStamp - pending.at < SEQUENCE_MS ? pending.key : null;
      const match = matchShortcut(Object.keys(latest.current), earlier, event.key);
      pending = match.pending === null ? null : { key: match.pending, at: event.timeStamp };
      if (match.run === null) return;
      event.preventDefault();
      latest.current[match.run]?.();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}
