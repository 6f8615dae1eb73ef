import { SearchOutlined } from "@ant-design/icons";
import { useEffect, useId, useRef, useState, type KeyboardEvent, type RefObject } from "react";

import { groupHits, stepPlace } from "./hits";
import styles from "./SearchBox.module.css";
import { SearchPanel } from "./SearchPanel";
import { usePaused, useSearch, type SearchHit } from "./searchQuery";
import { useSearchText } from "./text";
import { useShortcuts } from "@/shared/keyboard/shortcuts";

const LENGTH_MAX = 64;

interface SearchBoxProps {
  onOpen: (hit: SearchHit) => void;
}

/** Search over everything: `/` or Ctrl-K, arrows, Enter. Nothing of it is kept: what people type here is personal. */
export function SearchBox({ onOpen }: SearchBoxProps) {
  const id = useId();
  const [typed, setTyped] = useState("");
  const [open, setOpen] = useState(false);
  const [place, setPlace] = useState(0);
  const { input, box } = useSearchFocus(() => setOpen(false));
  const { query, groups, rows, chosen, settled, more, error } = useFound(open, typed.trim(), place);

  const leave = () => {
    setOpen(false);
    setTyped("");
    input.current?.blur();
  };
  const choose = (hit: SearchHit) => {
    leave();
    onOpen(hit);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return; // the Enter of a Chinese input method takes the word, not the hit
    if (event.key === "ArrowDown") setPlace(stepPlace(chosen, 1, rows.length));
    else if (event.key === "ArrowUp") setPlace(stepPlace(chosen, -1, rows.length));
    else if (event.key === "Escape") leave();
    else if (event.key === "Enter" && settled && rows[chosen] !== undefined) choose(rows[chosen].hit);
    else return;
    event.preventDefault();
  };

  return (
    <div className={styles["box"]} ref={box} role="search">
      <SearchOutlined className={styles["icon"]} aria-hidden />
      <SearchInput
        input={input}
        list={`${id}-list`}
        active={open && rows.length > 0 ? `${id}-${chosen}` : undefined}
        open={open}
        typed={typed}
        onFocus={() => setOpen(true)}
        onType={(value) => {
          setTyped(value);
          setPlace(0);
          setOpen(true);
        }}
        onKey={onKey}
      />
      {open && (
        <SearchPanel
          id={id}
          asked={query}
          groups={groups}
          chosen={chosen}
          more={more}
          settled={settled}
          error={error}
          onChoose={choose}
          onPoint={setPlace}
        />
      )}
    </div>
  );
}

/** What was found of a text and which of it is chosen; `settled` when it is the answer to all that is typed. */
function useFound(open: boolean, typed: string, place: number) {
  const query = usePaused(typed);
  const search = useSearch(open ? query : "");
  const groups = groupHits(query === "" ? [] : (search.data?.items ?? []));
  const rows = groups.flatMap((group) => group.rows);
  return {
    query,
    groups,
    rows,
    chosen: Math.min(place, Math.max(rows.length - 1, 0)),
    settled: query === typed && !search.isFetching,
    more: search.data?.more ?? false,
    error: search.error,
  };
}

interface InputProps {
  input: RefObject<HTMLInputElement | null>;
  /** Id of the list of hits, and of the hit that Enter would open. */
  list: string;
  active: string | undefined;
  open: boolean;
  typed: string;
  onFocus: () => void;
  onType: (value: string) => void;
  onKey: (event: KeyboardEvent) => void;
}

/** The line that people type into: a combobox for assistive technology. */
function SearchInput({ input, list, active, open, typed, onFocus, onType, onKey }: InputProps) {
  const text = useSearchText();
  return (
    <>
      <input
        ref={input}
        className={styles["input"]}
        type="text"
        role="combobox"
        aria-label={text.search}
        aria-expanded={open}
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={active}
        placeholder={text.placeholder}
        maxLength={LENGTH_MAX}
        autoComplete="off"
        spellCheck={false}
        value={typed}
        onFocus={onFocus}
        onChange={(event) => onType(event.target.value)}
        onKeyDown={onKey}
      />
      <kbd className={styles["key"]} title={text.keys} aria-hidden>
        /
      </kbd>
    </>
  );
}

/** `/` and Ctrl-K bring the cursor here; a click or the focus elsewhere closes the panel. */
function useSearchFocus(onLeave: () => void) {
  const input = useRef<HTMLInputElement>(null);
  const box = useRef<HTMLDivElement>(null);
  useShortcuts({ "/": () => input.current?.focus() });
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== "k") return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    const onElsewhere = (event: Event) => {
      if (event.target instanceof Node && box.current?.contains(event.target) === false) onLeave();
    };
    window.addEventListener("keydown", onKey);
    window.addEventListener("pointerdown", onElsewhere);
    window.addEventListener("focusin", onElsewhere);
    return () => {
      window.removeEventListener("keydown", onKey);
      window.removeEventListener("pointerdown", onElsewhere);
      window.removeEventListener("focusin", onElsewhere);
    };
  });
  return { input, box };
}
