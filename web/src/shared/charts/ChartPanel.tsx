import { MoreOutlined } from "@ant-design/icons";
import { Button, Dropdown } from "antd";
import { useRef, useState, type ReactNode, type RefObject } from "react";

import { Chart, type ChartHandle, type ChartOption } from "./Chart";
import { DataTable, type DataColumn } from "./DataTable";
import { downloadCsv, downloadFile, type CsvCell } from "@/shared/format/csv";
import { useTheme } from "@/shared/theme/theme";
import { TOKENS } from "@/shared/theme/tokens";
import { Panel } from "@/shared/ui/Panel";
import { RadioSwitch } from "@/shared/ui/RadioSwitch";
import { useUiText } from "@/shared/ui/text";

interface ChartPanelProps {
  title: string;
  note?: ReactNode;
  definition?: ReactNode;
  /** Controls before the chart/table switch. */
  controls?: ReactNode;
  option: ChartOption;
  /** The chart's message in words. */
  summary: string;
  height: number;
  columns: DataColumn[];
  /** Cells as shown; one array per row. */
  rows: string[][];
  /** Cells for the CSV: exact figures, not the rounded ones of the screen. */
  csv: { name: string; header: string[]; rows: CsvCell[][] };
  /** Takes the name of what was clicked in the chart, or the key of the row opened in the table. */
  onPick?: (name: string) => void;
  /** The keys of the rows that can be opened, null where nothing is behind a row. */
  rowKeys?: (string | null)[];
  className?: string;
}

/** A chart with everything a chart owes its reader: definition, table view, CSV and PNG. */
export function ChartPanel(props: ChartPanelProps) {
  const text = useUiText();
  const [view, setView] = useState<"chart" | "table">("chart");
  const handle = useRef<ChartHandle>(null);
  return (
    <Panel
      className={props.className}
      title={props.title}
      note={props.note}
      definition={props.definition}
      actions={
        <>
          {props.controls}
          <RadioSwitch
            label={`${props.title} · ${text.view}`}
            value={view}
            onChange={setView}
            options={[
              { value: "chart", label: text.chart },
              { value: "table", label: text.table },
            ]}
          />
          <ExportMenu title={props.title} csv={props.csv} handle={view === "chart" ? handle : null} />
        </>
      }
    >
      <div style={{ height: props.height, overflow: "auto" }} tabIndex={view === "table" ? 0 : undefined}>
        {view === "chart" ? (
          <Chart option={props.option} height={props.height} label={props.summary} handle={handle} onPick={props.onPick} />
        ) : (
          <DataTable
            caption={props.title}
            columns={props.columns}
            rows={props.rows}
            rowKeys={props.rowKeys}
            onPick={props.onPick}
          />
        )}
      </div>
    </Panel>
  );
}

interface ExportMenuProps {
  title: string;
  csv: ChartPanelProps["csv"];
  handle: RefObject<ChartHandle | null> | null;
}

/** Offers the data as CSV, and the drawing as PNG while it is on screen. */
export function ExportMenu({ title, csv, handle }: ExportMenuProps) {
  const text = useUiText();
  const { name: theme } = useTheme();
  const savePng = () => {
    const png = handle?.current?.png(TOKENS[theme].surface);
    if (png !== undefined) downloadFile(`${csv.name}.png`, png);
  };
  const items = [
    { key: "csv", label: text.exportCsv, onClick: () => downloadCsv(`${csv.name}.csv`, csv.header, csv.rows) },
    ...(handle === null ? [] : [{ key: "png", label: text.exportPng, onClick: savePng }]),
  ];
  return (
    <Dropdown menu={{ items }} trigger={["click"]} placement="bottomRight">
      <Button type="text" size="small" icon={<MoreOutlined />} aria-label={`${title} · ${text.more}`} />
    </Dropdown>
  );
}
