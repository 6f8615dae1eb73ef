import { currencyOf } from "./KeyFigures";
import styles from "./OverviewPage.module.css";
import { useInsightText } from "./text";
import type { DrillProps } from "./search";
import type { Overview } from "@/shared/api/shapes";
import { ExportMenu } from "@/shared/charts/ChartPanel";
import { formatCount, formatRate, sharePpm } from "@/shared/format/figures";
import { inUnit, plainMoney, tableUnit, type MoneyUnit } from "@/shared/format/money";
import { useLanguage } from "@/shared/i18n/text";
import { useTheme } from "@/shared/theme/theme";
import { CLASS_ORDER, classColour } from "@/shared/theme/tokens";
import { Definition } from "@/shared/ui/Definition";
import { Panel } from "@/shared/ui/Panel";

type ClassRow = Overview["classes"][number];

function orderedClasses(rows: ClassRow[]): ClassRow[] {
  return CLASS_ORDER.map(
    (name) => rows.find((row) => row.class_floor === name) ?? { class_floor: name, notes: 0, balance_minor: 0 },
  );
}

/** The balance by five-class floor: one bar for the whole, one row a class. */
export function ClassPanel({ overview, onDrill }: { overview: Overview } & DrillProps) {
  const text = useInsightText();
  const { language } = useLanguage();
  const currency = currencyOf(overview);
  const rows = orderedClasses(overview.classes);
  const total = rows.reduce((sum, row) => sum + row.balance_minor, 0);
  const unit = tableUnit(rows.map((row) => row.balance_minor), currency, language);
  return (
    <Panel
      title={text.classTitle}
      note={text.unit(unit.label)}
      definition={<Definition name={text.classTitle}>{text.classDefinition}</Definition>}
      actions={
        <ExportMenu
          title={text.classTitle}
          handle={null}
          csv={{
            name: `huikuan-classes-${overview.business_date}`,
            header: ["class_floor", "notes", `balance_${overview.currency}`],
            rows: rows.map((row) => [row.class_floor, row.notes, plainMoney(row.balance_minor, currency)]),
          }}
        />
      }
    >
      <ClassBar rows={rows} total={total} />
      <ClassTable rows={rows} total={total} unit={unit} onDrill={onDrill} />
    </Panel>
  );
}

function ClassBar({ rows, total }: { rows: ClassRow[]; total: number }) {
  const text = useInsightText();
  const { name: theme } = useTheme();
  const parts = rows.map((row) => `${text.classes[row.class_floor]} ${formatRate(sharePpm(row.balance_minor, total))}`);
  return (
    <div className={styles["stack"]} role="img" aria-label={text.classSummary(parts.join(", "))}>
      {rows
        .filter((row) => row.balance_minor > 0)
        .map((row) => (
          <span
            key={row.class_floor}
            className={styles["segment"]}
            style={{ flexGrow: row.balance_minor / total, background: classColour(row.class_floor, theme) }}
          />
        ))}
    </div>
  );
}

function ClassTable({ rows, total, unit, onDrill }: { rows: ClassRow[]; total: number; unit: MoneyUnit } & DrillProps) {
  const text = useInsightText();
  const { name: theme } = useTheme();
  return (
    <table className={styles["classes"]}>
      <caption className="visually-hidden">{text.classTitle}</caption>
      <thead>
        <tr>
          <th scope="col">{text.classColumn}</th>
          <th scope="col">{text.notes}</th>
          <th scope="col">{text.balanceIn(unit.label)}</th>
          <th scope="col">{text.share}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.class_floor}>
            <th scope="row">
              <span className={styles["swatch"]} style={{ background: classColour(row.class_floor, theme) }} aria-hidden />
              <ClassName name={row.class_floor} onDrill={onDrill} />
            </th>
            <td>{formatCount(row.notes)}</td>
            <td>{inUnit(row.balance_minor, unit)}</td>
            <td>{formatRate(sharePpm(row.balance_minor, total))}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The name of a class; it leads to its notes in arrears where there can be any. */
function ClassName({ name, onDrill }: { name: string } & DrillProps) {
  const text = useInsightText();
  const shown = text.classes[name] ?? name;
  if (onDrill === undefined || name === "pass") return shown;
  return (
    <button type="button" className={styles["drill"]} title={text.drillClass(shown)} onClick={() => onDrill({ class: name })}>
      {shown}
    </button>
  );
}
