import styles from "./DataTable.module.css";

export interface DataColumn {
  title: string;
  /** Figures are right-aligned; words are not. */
  figure?: boolean;
}

interface DataTableProps {
  caption: string;
  columns: DataColumn[];
  rows: string[][];
  /** What each row stands for when it is opened; null where nothing is behind it. */
  rowKeys?: (string | null)[];
  onPick?: (key: string) => void;
}

/** The data of a chart as a plain table; the first cell of a row names it. */
export function DataTable({ caption, columns, rows, rowKeys, onPick }: DataTableProps) {
  return (
    <table className={styles["table"]}>
      <caption className="visually-hidden">{caption}</caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column.title} scope="col" className={column.figure ? styles["figure"] : undefined}>
              {column.title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, place) => (
          <tr key={row[0]}>
            <th scope="row">
              <RowName name={row[0] ?? ""} rowKey={rowKeys?.[place] ?? null} onPick={onPick} />
            </th>
            {row.slice(1).map((cell, index) => (
              <td key={columns[index + 1]?.title} className={columns[index + 1]?.figure ? styles["figure"] : undefined}>
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function RowName({ name, rowKey, onPick }: { name: string; rowKey: string | null; onPick?: (key: string) => void }) {
  if (rowKey === null || onPick === undefined) return name;
  return (
    <button type="button" className={styles["pick"]} onClick={() => onPick(rowKey)}>
      {name}
    </button>
  );
}
