import { hitNumber, type HitGroup } from "./hits";
import styles from "./SearchBox.module.css";
import type { SearchHit } from "./searchQuery";
import { useSearchText } from "./text";
import { problemFacts } from "@/shared/api/problem";
import { useInstitutions } from "@/shared/api/reference";
import { localName } from "@/shared/i18n/language";
import { useLanguage } from "@/shared/i18n/text";
import { useRowInView } from "@/shared/ui/rowInView";

interface PanelProps {
  id: string;
  /** The text that the groups answer; empty: nothing was asked yet. */
  asked: string;
  groups: HitGroup[];
  chosen: number;
  more: boolean;
  settled: boolean;
  error: unknown;
  onChoose: (hit: SearchHit) => void;
  onPoint: (place: number) => void;
}

/** What was found, by kind; or why nothing was, and what can be searched. */
export function SearchPanel({ id, asked, groups, chosen, more, settled, error, onChoose, onPoint }: PanelProps) {
  const text = useSearchText();
  const count = groups.reduce((sum, group) => sum + group.rows.length, 0);
  const nothing = asked !== "" && settled && count === 0 && error === null;
  return (
    <div className={styles["panel"]}>
      <div role="status" className="visually-hidden">
        {asked === "" ? "" : settled ? (count === 0 ? text.nothing : text.found(count)) : text.searching}
      </div>
      <div id={`${id}-list`} role="listbox" aria-label={text.results} className={styles["list"]} hidden={count === 0}>
        {groups.map((group) => (
          <div key={group.kind} role="group" aria-labelledby={`${id}-${group.kind}`}>
            <div id={`${id}-${group.kind}`} className={styles["group"]}>
              {text.groups[group.kind]}
            </div>
            {group.rows.map(({ hit, place }) => (
              <HitRow
                key={`${hit.kind} ${hitNumber(hit)}`}
                id={`${id}-${place}`}
                hit={hit}
                chosen={place === chosen}
                onChoose={() => onChoose(hit)}
                onPoint={() => onPoint(place)}
              />
            ))}
          </div>
        ))}
      </div>
      {error !== null && asked !== "" && (
        <p className={styles["words"]} role="alert">
          {problemFacts(error).status === 429 ? text.tooOften : text.failed}
        </p>
      )}
      {nothing && <p className={styles["title"]}>{text.nothing}</p>}
      {count > 0 && more && <p className={styles["words"]}>{text.typeMore}</p>}
      {(asked === "" || nothing) && (
        <div className={styles["words"]}>
          <p>{text.what}</p>
          <p>{text.scope}</p>
          <p>{text.logged}</p>
        </div>
      )}
      <div className={styles["foot"]} aria-hidden>
        <kbd>↑</kbd> <kbd>↓</kbd> {text.move} · <kbd>Enter</kbd> {text.open} · <kbd>Esc</kbd> {text.close}
      </div>
    </div>
  );
}

interface RowProps {
  id: string;
  hit: SearchHit;
  chosen: boolean;
  onChoose: () => void;
  onPoint: () => void;
}

function HitRow({ id, hit, chosen, onChoose, onPoint }: RowProps) {
  const text = useSearchText();
  const { language } = useLanguage();
  const institutions = useInstitutions();
  const row = useRowInView<HTMLDivElement>(chosen);
  const institution = institutions.data?.find((item) => item.code === hit.institution_code);
  return (
    <div
      ref={row}
      id={id}
      role="option"
      aria-selected={chosen}
      className={styles["hit"]}
      onPointerMove={onPoint}
      onPointerDown={(event) => event.preventDefault()}
      onClick={onChoose}
    >
      <span className={styles["who"]}>{hit.name}</span>
      <span className={`${styles["number"]} tabular`}>{hitNumber(hit)}</span>
      <span className={styles["where"]}>{institution === undefined ? "" : localName(language, institution)}</span>
      <span className={hit.dpd === null ? styles["calm"] : styles["late"]}>{lateness(text, hit)}</span>
      <span className={styles["matched"]}>{text.matched[matchedAs(hit)]}</span>
    </div>
  );
}

/** How late the worst note is; a guarantor or co-borrower may have no note in the person's institutions. */
function lateness(text: ReturnType<typeof useSearchText>, hit: SearchHit): string {
  if (hit.dpd !== null && hit.bucket !== null) return text.late(hit.bucket, hit.dpd);
  return hit.institution_code === null ? text.noNote : text.notLate;
}

/** What of it was typed; the name of an enterprise has a word of its own. */
function matchedAs(hit: SearchHit): string {
  return hit.matched === "name" && hit.party_kind === "enterprise" ? "organisation" : hit.matched;
}
