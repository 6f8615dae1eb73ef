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
}

/** The data of a chart as a plain table; the first cell of a row names it. */
export function DataTable({ caption, columns, rows }: DataTableProps) {
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
        {rows.map((row) => (
          <tr key={row[0]}>
            <th scope="row">{row[0]}</th>
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
