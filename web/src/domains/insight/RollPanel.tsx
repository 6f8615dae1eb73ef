import { Tag } from "antd";

import { currencyOf } from "./KeyFigures";
import styles from "./OverviewPage.module.css";
import { RollTable } from "./RollTable";
import type { RollBasis } from "./search";
import { useInsightText } from "./text";
import type { Overview } from "@/shared/api/shapes";
import { ExportMenu } from "@/shared/charts/ChartPanel";
import { plainMoney } from "@/shared/format/money";
import { Definition } from "@/shared/ui/Definition";
import { Panel } from "@/shared/ui/Panel";
import { RadioSwitch } from "@/shared/ui/RadioSwitch";
import { EmptyState } from "@/shared/ui/states";

interface RollPanelProps {
  overview: Overview;
  basis: RollBasis;
  onBasis: (basis: RollBasis) => void;
}

/** Where the notes of each bucket went since the last month end. */
export function RollPanel({ overview, basis, onBasis }: RollPanelProps) {
  const text = useInsightText();
  const { roll } = overview;
  const dated = roll.from_date !== null && roll.to_date !== null;
  return (
    <Panel
      title={text.rollTitle}
      note={dated && <RollNote from={roll.from_date ?? ""} to={roll.to_date ?? ""} complete={roll.complete} />}
      definition={<Definition name={text.rollTitle}>{text.rollDefinition}</Definition>}
      actions={
        <>
          <RadioSwitch
            label={text.basis}
            value={basis}
            onChange={onBasis}
            options={[
              { value: "count", label: text.byCount },
              { value: "amount", label: text.byAmount },
            ]}
          />
          <ExportMenu title={text.rollTitle} handle={null} csv={rollCsv(overview)} />
        </>
      }
    >
      {dated && roll.cells.length > 0 ? (
        <RollTable overview={overview} basis={basis} />
      ) : (
        <EmptyState title={text.rollNone}>{text.rollNoneWords}</EmptyState>
      )}
    </Panel>
  );
}

function RollNote({ from, to, complete }: { from: string; to: string; complete: boolean }) {
  const text = useInsightText();
  return (
    <span className="tabular">
      {text.rollDates(from, to)}
      {!complete && (
        <Tag className={styles["tag"]} variant="filled">
          {text.monthToDate}
        </Tag>
      )}
    </span>
  );
}

function rollCsv(overview: Overview) {
  const currency = currencyOf(overview);
  return {
    name: `huikuan-roll-${overview.roll.from_date ?? ""}-${overview.roll.to_date ?? ""}`,
    header: ["from_bucket", "to_bucket", "notes", `amount_${overview.currency}`],
    rows: overview.roll.cells.map((cell) => [
      cell.from_bucket,
      cell.to_bucket,
      cell.notes,
      plainMoney(cell.amount_minor, currency),
    ]),
  };
}
