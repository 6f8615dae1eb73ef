import { Button } from "antd";

import { useFigures } from "./figures";
import styles from "./reconciliation.module.css";
import type { Cell, Day } from "./reconciliationQuery";
import { COMPONENTS, type Component } from "./search";
import { useReconciliationText } from "./text";
import { useProducts } from "@/shared/api/reference";
import { formatCount } from "@/shared/format/figures";
import { localName } from "@/shared/i18n/language";
import { useLanguage } from "@/shared/i18n/text";

const WIDE_COLUMNS = 9;
const NARROW_COLUMNS = 4;

interface SummaryProps {
  day: Day;
  /** All counts, over the whole width. */
  wide: boolean;
  /** Absent where there is nothing beside it. */
  onWide: ((wide: boolean) => void) | undefined;
  product: string | undefined;
  component: string | undefined;
  onChoose: (product: string | undefined, component: Component | undefined) => void;
}

/** Counts by product and component; a row is a filter of the differences beside it. */
export function SummaryTable({ day, wide, onWide, product, component, onChoose }: SummaryProps) {
  const text = useReconciliationText();
  const rows = day.cells.filter((cell) => cell.compared > 0 || cell.different > 0 || cell.declared > 0);
  const codes = [...new Set(rows.map((cell) => cell.product_code))];
  const heads = wide
    ? [text.notes, text.comparedShort, text.equalShort, text.tolerated, text.declared, text.different, text.held]
    : [text.comparedShort, text.different];
  return (
    <section className={styles["box"]} aria-label={text.summary}>
      <h2 className={styles["boxHead"]}>
        {text.summary}
        {onWide !== undefined && (
          <Button size="small" type="text" aria-expanded={wide} onClick={() => onWide(!wide)}>
            {wide ? "«" : "»"} <span className="visually-hidden">{text.more}</span>
          </Button>
        )}
      </h2>
      <div className={styles["scroll"]} tabIndex={0} role="group" aria-label={text.summary}>
        <table className={styles["table"]}>
          <caption className="visually-hidden">{text.summary}</caption>
          <thead>
            <tr>
              <th scope="col">{text.component}</th>
              {heads.map((head) => (
                <th key={head} scope="col" className={styles["figure"]}>{head}</th>
              ))}
              <th scope="col" className={styles["figure"]}>{text.sum}</th>
            </tr>
          </thead>
          <tbody>
            {codes.map((code) => (
              <Group key={code} code={code} rows={rows} {...{ wide, product, component, onChoose }} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

interface GroupProps extends Pick<SummaryProps, "wide" | "product" | "component" | "onChoose"> {
  code: string;
  rows: Cell[];
}

function Group({ code, rows, wide, product, component, onChoose }: GroupProps) {
  const { language } = useLanguage();
  const found = useProducts().data?.find((row) => row.code === code);
  const whole = product === code && component === undefined;
  return (
    <>
      <tr className={styles["group"]}>
        <th scope="rowgroup" colSpan={wide ? WIDE_COLUMNS : NARROW_COLUMNS}>
          <Choose chosen={whole} onClick={(off) => onChoose(off ? undefined : code, undefined)}>
            {found === undefined ? code : localName(language, found)}
          </Choose>{" "}
          <span className={styles["quiet"]}>{code}</span>
        </th>
      </tr>
      {rows.filter((cell) => cell.product_code === code).map((cell) => (
        <SummaryRow
          key={cell.component}
          cell={cell}
          wide={wide}
          chosen={product === code && component === cell.component}
          onChoose={onChoose}
        />
      ))}
    </>
  );
}

interface RowProps {
  cell: Cell;
  wide: boolean;
  chosen: boolean;
  onChoose: SummaryProps["onChoose"];
}

function SummaryRow({ cell, wide, chosen, onChoose }: RowProps) {
  const text = useReconciliationText();
  const { signed } = useFigures();
  const counts = wide
    ? [cell.notes, cell.compared, cell.equal, cell.tolerated, cell.declared, cell.different, cell.held]
    : [cell.compared, cell.different];
  const unit = cell.unit === "minor" ? "minor" : cell.unit === "grade" ? "class" : "days";
  const bad = wide ? 5 : 1;
  return (
    <tr className={chosen ? styles["chosen"] : undefined}>
      <th scope="row">
        <Choose
          chosen={chosen}
          onClick={(off) =>
            onChoose(off ? undefined : cell.product_code, off ? undefined : COMPONENTS.find((each) => each === cell.component))
          }
        >
          {text.components[cell.component] ?? cell.component}
        </Choose>
      </th>
      {counts.map((count, place) => (
        <td key={place} className={`${styles["figure"]} ${count > 0 && place >= bad ? styles["bad"] : ""}`}>
          {count === 0 && place > 1 ? "·" : formatCount(count)}
        </td>
      ))}
      <td className={styles["figure"]}>{cell.difference === 0 ? "·" : signed(unit, cell.difference)}</td>
    </tr>
  );
}

function Choose({ chosen, onClick, children }: { chosen: boolean; onClick: (off: boolean) => void; children: string }) {
  return (
    <button type="button" className={styles["open"]} aria-pressed={chosen} onClick={() => onClick(chosen)}>
      {children}
    </button>
  );
}
