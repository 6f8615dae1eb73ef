import { DownOutlined, EllipsisOutlined, ShareAltOutlined } from "@ant-design/icons";
import { App, Button, Dropdown, Input, Popover, Space } from "antd";
import { useState } from "react";

import styles from "./LoansPage.module.css";
import { useViewChanges, useViews, type View } from "./loansQuery";
import { queryOf, readLoansSearch, sameQuestion, type LoansSearch } from "./search";
import { useLoansText } from "./text";
import { problemFacts } from "@/shared/api/problem";
import { useMay } from "@/shared/api/session";

const NAME_LENGTH_MAX = 60;

interface ViewsMenuProps {
  search: LoansSearch;
  onView: (search: LoansSearch) => void;
}

/** Saved questions: open, save, rename, share, delete. The view in force is found by what it asks, not by memory. */
export function ViewsMenu({ search, onView }: ViewsMenuProps) {
  const text = useLoansText();
  const views = useViews();
  const [open, setOpen] = useState(false);
  const found = views.data ?? [];
  const current = found.find((view) => sameQuestion(readLoansSearch(view.query), search));
  const choose = (view: View) => {
    setOpen(false);
    onView(readLoansSearch(view.query));
  };
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger="click"
      placement="bottomRight"
      destroyOnHidden
      content={<ViewsPanel views={found} current={current} search={search} onChoose={choose} />}
    >
      <Button>
        {text.views}
        <span className={styles["viewName"]}>{current?.name ?? (sameQuestion(search, {}) ? text.viewDefault : text.viewNone)}</span>
        <DownOutlined />
      </Button>
    </Popover>
  );
}

interface ViewsPanelProps {
  views: View[];
  current: View | undefined;
  search: LoansSearch;
  onChoose: (view: View) => void;
}

function ViewsPanel({ views, current, search, onChoose }: ViewsPanelProps) {
  const text = useLoansText();
  const maySave = useMay("view.save");
  const groups = [
    { title: text.ownViews, views: views.filter((view) => view.own) },
    { title: text.sharedViews, views: views.filter((view) => !view.own) },
  ].filter((group) => group.views.length > 0);
  return (
    <div className={styles["views"]}>
      {groups.length === 0 && <p className={styles["quiet"]}>{text.noViews}</p>}
      {groups.map((group) => (
        <section key={group.title}>
          <h2>{group.title}</h2>
          <ul>
            {group.views.map((view) => (
              <ViewItem key={view.id} view={view} current={view.id === current?.id} search={search} onChoose={onChoose} />
            ))}
          </ul>
        </section>
      ))}
      {maySave && current?.own !== true && <SaveView search={search} />}
    </div>
  );
}

/** Runs a change and says what went wrong. */
function useTold() {
  const text = useLoansText();
  const { message } = App.useApp();
  return async (change: Promise<unknown>): Promise<boolean> => {
    try {
      await change;
      return true;
    } catch (error) {
      const taken = problemFacts(error).code === "portfolio.name_taken";
      void message.error(taken ? text.nameTaken : text.failed);
      return false;
    }
  };
}

function ViewItem({ view, current, search, onChoose }: { view: View; current: boolean; search: LoansSearch; onChoose: (view: View) => void }) {
  const text = useLoansText();
  const [naming, setNaming] = useState(false);
  const { change } = useViewChanges();
  const told = useTold();
  const rename = (name: string) =>
    void told(change.mutateAsync({ id: view.id, name })).then((done) => setNaming(!done));
  if (naming) {
    return (
      <li>
        <NameForm initial={view.name} busy={change.isPending} onSave={rename} onCancel={() => setNaming(false)} />
      </li>
    );
  }
  return (
    <li className={styles["view"]}>
      <button
        type="button"
        className={current ? styles["viewCurrent"] : undefined}
        aria-current={current ? "true" : undefined}
        onClick={() => onChoose(view)}
      >
        {view.name}
        {!view.own && <span className={styles["quiet"]}>{text.viewOf(view.owner)}</span>}
        {view.own && view.shared && <ShareAltOutlined className={styles["quietIcon"]} aria-label={text.shared} />}
      </button>
      {view.own && <ViewActions view={view} current={current} search={search} onRename={() => setNaming(true)} />}
    </li>
  );
}

function ViewActions({ view, current, search, onRename }: { view: View; current: boolean; search: LoansSearch; onRename: () => void }) {
  const text = useLoansText();
  const { modal } = App.useApp();
  const { change, remove } = useViewChanges();
  const told = useTold();
  const sure = () =>
    void modal.confirm({
      title: text.deleteSure(view.name),
      content: text.deleteWhat,
      okText: text.deleteView,
      cancelText: text.cancel,
      okButtonProps: { danger: true },
      onOk: () => told(remove.mutateAsync(view.id)),
    });
  const items = [
    ...(current ? [] : [{ key: "update", label: text.updateView(view.name) }]),
    { key: "rename", label: text.renameView },
    { key: "share", label: view.shared ? text.unshareView : text.shareView },
    { key: "delete", label: text.deleteView, danger: true },
  ];
  const act = (key: string) => {
    if (key === "rename") onRename();
    if (key === "delete") sure();
    if (key === "share") void told(change.mutateAsync({ id: view.id, shared: !view.shared }));
    if (key === "update") void told(change.mutateAsync({ id: view.id, query: queryOf(search) }));
  };
  return (
    <Dropdown trigger={["click"]} menu={{ items, onClick: ({ key }) => act(key) }}>
      <Button type="text" size="small" icon={<EllipsisOutlined />} aria-label={text.viewActions(view.name)} />
    </Dropdown>
  );
}

function SaveView({ search }: { search: LoansSearch }) {
  const text = useLoansText();
  const [naming, setNaming] = useState(false);
  const { save } = useViewChanges();
  const told = useTold();
  if (!naming) {
    return (
      <Button block onClick={() => setNaming(true)}>
        {text.saveView}
      </Button>
    );
  }
  return (
    <NameForm
      initial=""
      busy={save.isPending}
      onSave={(name) => void told(save.mutateAsync({ name, search })).then((done) => setNaming(!done))}
      onCancel={() => setNaming(false)}
    />
  );
}

interface NameFormProps {
  initial: string;
  busy: boolean;
  onSave: (name: string) => void;
  onCancel: () => void;
}

function NameForm({ initial, busy, onSave, onCancel }: NameFormProps) {
  const text = useLoansText();
  const [name, setName] = useState(initial);
  const done = () => {
    if (name.trim() !== "") onSave(name.trim());
  };
  return (
    <Space.Compact block>
      <Input
        autoFocus
        aria-label={text.viewName}
        placeholder={text.viewName}
        maxLength={NAME_LENGTH_MAX}
        value={name}
        onChange={(event) => setName(event.target.value)}
        onPressEnter={done}
        onKeyDown={(event) => {
          if (event.key === "Escape") onCancel();
        }}
      />
      <Button type="primary" loading={busy} disabled={name.trim() === ""} onClick={done}>
        {text.save}
      </Button>
    </Space.Compact>
  );
}
