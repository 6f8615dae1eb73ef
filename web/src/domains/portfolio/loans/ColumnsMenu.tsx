import { TableOutlined } from "@ant-design/icons";
import { Button, Checkbox, Popover } from "antd";

import { COLUMNS } from "./columns";
import styles from "./LoansPage.module.css";
import { useLoansText } from "./text";
import type { ColumnChoice } from "./useColumns";

/** Which columns are shown; the choice stays in this browser. */
export function ColumnsMenu({ choice }: { choice: ColumnChoice }) {
  const text = useLoansText();
  const panel = (
    <div className={styles["columns"]}>
      <Checkbox.Group
        aria-label={text.columns}
        className={styles["columnTicks"]}
        options={COLUMNS.map((column) => ({ value: column.key, label: text.column[column.key] ?? column.key }))}
        value={choice.shown}
        onChange={(keys) => keys.length > 0 && choice.show(keys)}
      />
      <Button size="small" type="link" onClick={choice.reset}>
        {text.columnsReset}
      </Button>
    </div>
  );
  return (
    <Popover trigger="click" placement="bottomRight" destroyOnHidden title={text.columns} content={panel}>
      <Button icon={<TableOutlined />}>{text.columns}</Button>
    </Popover>
  );
}
