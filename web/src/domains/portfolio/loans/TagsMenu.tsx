import { TagsOutlined } from "@ant-design/icons";
import { App, Button, Checkbox, Input, Popover, Space } from "antd";
import { useState } from "react";

import styles from "./LoansPage.module.css";
import { useFacets, useTagging, type Loan } from "./loansQuery";
import { useLoansText } from "./text";
import { problemFacts } from "@/shared/api/problem";
import { formatCount } from "@/shared/format/figures";

/** The server takes as many notes in one act. */
export const TAGGED_MAX = 200;
const NAME_LENGTH_MAX = 30;

interface TagsMenuProps {
  rows: Loan[];
  open: boolean;
  onOpen: (open: boolean) => void;
}

/** Puts tags on the selected notes and takes them off: a tick is on all, a dash on some. */
export function TagsMenu({ rows, open, onOpen }: TagsMenuProps) {
  const text = useLoansText();
  const many = rows.length > TAGGED_MAX;
  return (
    <Popover
      open={open && !many && rows.length > 0}
      onOpenChange={onOpen}
      trigger="click"
      placement="bottomLeft"
      destroyOnHidden
      title={text.tagSelected(rows.length)}
      content={<TagTicks rows={rows} />}
    >
      <Button size="small" icon={<TagsOutlined />} disabled={many}>
        {text.tags}
        {many && ` · ${text.selectedMost(TAGGED_MAX)}`}
      </Button>
    </Popover>
  );
}

function TagTicks({ rows }: { rows: Loan[] }) {
  const text = useLoansText();
  const { message } = App.useApp();
  const facets = useFacets();
  const { put, create } = useTagging();
  const [name, setName] = useState("");
  const tags = facets.data?.tags ?? [];
  const having = (id: number) => rows.filter((row) => row.tags.some((tag) => tag.id === id)).length;
  const failed = (error: unknown) =>
    void message.error(problemFacts(error).code === "portfolio.name_taken" ? text.nameTaken : text.failed);
  const tick = (id: number, on: boolean) =>
    put.mutate(
      { note_ids: rows.map((row) => row.note_id), add: on ? [id] : [], remove: on ? [] : [id] },
      { onError: failed },
    );
  const add = () => {
    if (name.trim() === "") return;
    create.mutate(name.trim(), {
      onError: failed,
      onSuccess: (tag) => {
        setName("");
        tick(tag.id, true);
      },
    });
  };
  return (
    <div className={styles["tagTicks"]}>
      {facets.isSuccess && tags.length === 0 && <p className={styles["quiet"]}>{text.noTags}</p>}
      {tags.map((tag) => (
        <Checkbox
          key={tag.id}
          disabled={put.isPending}
          checked={having(tag.id) === rows.length}
          indeterminate={having(tag.id) > 0 && having(tag.id) < rows.length}
          onChange={(event) => tick(tag.id, event.target.checked)}
        >
          {tag.name} <span className={styles["quiet"]}>{formatCount(having(tag.id))}</span>
        </Checkbox>
      ))}
      <Space.Compact block>
        <Input
          aria-label={text.newTag}
          placeholder={text.newTag}
          maxLength={NAME_LENGTH_MAX}
          value={name}
          onChange={(event) => setName(event.target.value)}
          onPressEnter={add}
        />
        <Button loading={create.isPending} disabled={name.trim() === ""} onClick={add}>
          {text.addTag}
        </Button>
      </Space.Compact>
      {tags.length > 0 && <p className={styles["hint"]}>{text.tagHint}</p>}
    </div>
  );
}
