import { CloseOutlined, FilterOutlined } from "@ant-design/icons";
import { Button, Dropdown, Popover } from "antd";
import { useState } from "react";

import { FilterEditor } from "./FilterEditor";
import styles from "./LoansPage.module.css";
import type { LoansSearch } from "./search";
import { isSet, joints, partsOf, without, type Names } from "./sentence";
import { DIMENSIONS, useLoansText, type Dimension } from "./text";

interface FilterBarProps {
  search: LoansSearch;
  names: Names;
  onChange: (change: Partial<LoansSearch>) => void;
  /** Whether the list of dimensions is open; the page opens it by key. */
  adding: boolean;
  onAdding: (open: boolean) => void;
}

/** The question as a sentence: each condition is a chip that opens its control. */
export function FilterBar({ search, names, onChange, adding, onAdding }: FilterBarProps) {
  const text = useLoansText();
  const [draft, setDraft] = useState<Dimension | null>(null);
  const parts = partsOf(search, text, names);
  const { before, after } = joints(parts, text);
  const leads = parts[0]?.dimension === "bucket";
  const drafted = draft !== null && !isSet(search, draft) ? draft : null;
  const choose = (dimension: Dimension) => {
    onAdding(false);
    setDraft(dimension);
  };
  const clear = () => onChange(Object.assign({}, ...parts.map((part) => without(part.dimension))) as Partial<LoansSearch>);
  const chip = (dimension: Dimension, words: string) => (
    <Chip
      dimension={dimension}
      words={words}
      search={search}
      names={names}
      onChange={onChange}
      open={draft === dimension}
      onOpen={(open) => setDraft(open ? dimension : null)}
    />
  );
  return (
    <div className={styles["filterBar"]} role="group" aria-label={text.filters}>
      {!leads && <span className={styles["joint"]}>{after}</span>}
      {parts.map((part, index) => (
        <span key={part.dimension} className={styles["part"]}>
          <span className={styles["joint"]}>{before[index]}</span>
          {chip(part.dimension, part.words)}
          {leads && index === 0 && <span className={styles["joint"]}>{after}</span>}
        </span>
      ))}
      {drafted !== null && chip(drafted, text.dimensions[drafted])}
      <Dropdown
        open={adding}
        onOpenChange={onAdding}
        trigger={["click"]}
        menu={{
          items: DIMENSIONS.map((dimension) => ({ key: dimension, label: text.dimensions[dimension] })),
          onClick: ({ key }) => choose(key as Dimension),
          className: styles["dimensions"],
        }}
      >
        <Button size="small" type="dashed" icon={<FilterOutlined />}>
          {text.addFilter}
        </Button>
      </Dropdown>
      {parts.length > 1 && (
        <Button size="small" type="link" onClick={clear}>
          {text.clearAll}
        </Button>
      )}
    </div>
  );
}

interface ChipProps {
  dimension: Dimension;
  words: string;
  search: LoansSearch;
  names: Names;
  onChange: (change: Partial<LoansSearch>) => void;
  open: boolean;
  onOpen: (open: boolean) => void;
}

function Chip({ dimension, words, search, names, onChange, open, onOpen }: ChipProps) {
  const text = useLoansText();
  return (
    <span className={`${styles["chip"]} ${isSet(search, dimension) ? "" : styles["draft"]}`}>
      <Popover
        open={open}
        onOpenChange={onOpen}
        trigger="click"
        placement="bottomLeft"
        destroyOnHidden
        title={text.dimensions[dimension]}
        content={<FilterEditor dimension={dimension} search={search} names={names} onChange={onChange} />}
      >
        <button type="button" className={styles["chipWords"]} aria-label={text.editFilter(words)}>
          {words}
        </button>
      </Popover>
      <button
        type="button"
        className={styles["chipClose"]}
        aria-label={text.removeFilter(words)}
        onClick={() => {
          onOpen(false);
          onChange(without(dimension));
        }}
      >
        <CloseOutlined />
      </button>
    </span>
  );
}
