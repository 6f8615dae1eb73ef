import { FileSearchOutlined } from "@ant-design/icons";
import { Button, Tooltip } from "antd";
import type { KeyboardEvent } from "react";

import styles from "./BorrowerPage.module.css";
import { TABS, type Tab } from "./search";
import { useBorrowerText } from "./text";

interface TabBarProps {
  tab: Tab;
  onTab: (tab: Tab) => void;
  onExplain: (() => void) | undefined;
}

/** The parts of the page; arrow keys go from one to the next. */
export function TabBar({ tab, onTab, onExplain }: TabBarProps) {
  const text = useBorrowerText();
  const onKey = (event: KeyboardEvent<HTMLDivElement>) => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const next = TABS[(TABS.indexOf(tab) + by + TABS.length) % TABS.length];
    if (by === 0 || next === undefined) return;
    event.preventDefault();
    onTab(next);
    event.currentTarget.querySelector<HTMLButtonElement>(`[data-tab="${next}"]`)?.focus();
  };
  return (
    <div className={styles["tabs"]}>
      <div role="tablist" onKeyDown={onKey}>
        {TABS.map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            data-tab={name}
            aria-selected={name === tab}
            tabIndex={name === tab ? 0 : -1}
            className={styles["tab"]}
            onClick={() => onTab(name)}
          >
            {text.tabs[name]}
          </button>
        ))}
      </div>
      {onExplain !== undefined && (
        <Tooltip title={text.explainKey}>
          <Button type="primary" size="small" icon={<FileSearchOutlined />} onClick={onExplain}>
            {text.explain}
          </Button>
        </Tooltip>
      )}
    </div>
  );
}
