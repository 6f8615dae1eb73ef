import type { ReactNode } from "react";

import styles from "./HeatTable.module.css";
import { heatOpacity, type Direction, type RollCellView, type RollRowView } from "./roll";
import { formatRate } from "@/shared/format/figures";

const HEAT: Record<Direction, string> = {
  worse: "var(--hk-heat-worse)",
  better: "var(--hk-heat-better)",
  same: "var(--hk-heat-same)",
};

/** Decimals of a share where there is room: in hints. */
const HINT_DIGITS = 2;

interface HeatTableProps {
  title: string;
  /** Head and width in pixels of the column of states from which the rows start. */
  side: ReactNode;
  sideWidth: number;
  /** Head, its hint and the width in pixels of the column of opening figures. */
  opening: string;
  openingHint?: string;
  openingWidth: number;
  /** Rows with equal columns. */
  rows: RollRowView[];
  /** Decimals of a share in its cell, in percent. */
  digits: number;
  nameOf: (state: string) => string;
  figureOf: (value: number) => string;
  /** The hint of a cell in words. */
  hintOf: (from: string, to: string, share: string, figure: string) => string;
}

/** The heat table: share in the cell, its figure below, worse and better by side of the diagonal and tint. */
export function HeatTable(props: HeatTableProps) {
  const { rows, nameOf } = props;
  return (
    <table className={styles["heat"]}>
      <caption className="visually-hidden">{props.title}</caption>
      <thead>
        <tr>
          <th scope="col" className={styles["side"]} style={{ width: props.sideWidth }}>
            {props.side}
          </th>
          <th scope="col" className={styles["opening"]} style={{ width: props.openingWidth }} title={props.openingHint}>
            {props.opening}
          </th>
          {rows[0]?.cells.map(({ to }) => (
            <th key={to} scope="col">
              {nameOf(to)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.from}>
            <th scope="row">{nameOf(row.from)}</th>
            <td className={styles["opening"]}>{props.figureOf(row.opening)}</td>
            {row.cells.map((cell) => (
              <HeatCell key={cell.to} from={row.from} cell={cell} {...props} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A share; one that would be rounded to zero, though something did move, as less than the last decimal. */
function shareText(ppm: number | null, digits: number): string {
  const roundsToZero = ppm !== null && ppm < 5 * 10 ** (3 - digits);
  return roundsToZero ? `<${formatRate(10 ** (4 - digits), digits)}` : formatRate(ppm, digits);
}

function HeatCell({ from, cell, digits, nameOf, figureOf, hintOf }: HeatTableProps & { from: string; cell: RollCellView }) {
  if (cell.figure === 0) {
    return (
      <td className={styles["blank"]}>
        <span aria-hidden>·</span>
        <span className="visually-hidden">0</span>
      </td>
    );
  }
  const figure = figureOf(cell.figure);
  return (
    <td
      style={{ background: `rgb(${HEAT[cell.direction]} / ${heatOpacity(cell.ppm)})` }}
      title={hintOf(nameOf(from), nameOf(cell.to), shareText(cell.ppm, HINT_DIGITS), figure)}
    >
      <span className={styles["share"]}>{shareText(cell.ppm, digits)}</span>
      <span className={styles["figure"]}>{figure}</span>
    </td>
  );
}
