import { Button } from "antd";
import type { ReactNode } from "react";

import styles from "./conflicts.module.css";
import { useConflictsText } from "./text";
import { useRowInView } from "@/shared/ui/rowInView";

export interface ListProps<Item extends { id: number }> {
  items: Item[];
  chosen: number | undefined;
  onChoose: (id: number) => void;
  onMore: (() => void) | undefined;
  loadingMore: boolean;
}

interface Line {
  name: ReactNode;
  cells: ReactNode[];
}

interface ListTableProps<Item extends { id: number }> extends ListProps<Item> {
  heads: string[];
  children: (item: Item) => Line;
}

/** A table whose chosen row stands beside it in full. */
export function ListTable<Item extends { id: number }>(props: ListTableProps<Item>) {
  const { items, chosen, onChoose, onMore, loadingMore, heads, children } = props;
  const text = useConflictsText();
  return (
    <>
      <table className={styles["table"]}>
        <caption className="visually-hidden">{text.list}</caption>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">{head}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <ListRow key={item.id} line={children(item)} chosen={item.id === chosen} onChoose={() => onChoose(item.id)} />
          ))}
        </tbody>
      </table>
      {onMore !== undefined && (
        <div className={styles["more"]}>
          <Button type="link" onClick={onMore} loading={loadingMore}>
            {text.more}
          </Button>
        </div>
      )}
    </>
  );
}

function ListRow({ line, chosen, onChoose }: { line: Line; chosen: boolean; onChoose: () => void }) {
  const row = useRowInView(chosen);
  return (
    <tr ref={row} className={chosen ? styles["chosen"] : undefined} onClick={onChoose}>
      <th scope="row">
        <button
          type="button"
          className={styles["open"]}
          aria-current={chosen ? "true" : undefined}
          onClick={(event) => {
            event.stopPropagation();
            onChoose();
          }}
        >
          {line.name}
        </button>
      </th>
      {line.cells.map((cell, place) => (
        <td key={place}>{cell}</td>
      ))}
    </tr>
  );
}
