import { Button, Drawer, Input } from "antd";
import { useState } from "react";

import { Refused } from "./DeclareForm";
import { useFigures } from "./figures";
import styles from "./reconciliation.module.css";
import { useDeclarations, useWithdraw, type Declaration } from "./reconciliationQuery";
import { useReconciliationText } from "./text";
import { useMay, useUser } from "@/shared/api/session";
import { formatInstant } from "@/shared/format/dates";
import { formatCount } from "@/shared/format/figures";

const REASON_MIN = 6;
const DAYS = ["days_principal", "days_interest", "next_due_on"];

/** Opens the list of what was declared as known. */
export function DeclarationsButton() {
  const text = useReconciliationText();
  const [open, setOpen] = useState(false);
  const rows = useDeclarations().data ?? [];
  return (
    <>
      <Button onClick={() => setOpen(true)}>
        {text.declarations(formatCount(rows.filter((row) => row.in_force).length))}
      </Button>
      <Drawer title={text.declarationsTitle} size={640} open={open} onClose={() => setOpen(false)} destroyOnHidden>
        {rows.length === 0 && <p className={styles["quiet"]}>{text.noDeclarations}</p>}
        <ul className={styles["declarations"]}>
          {rows.map((row) => (
            <DeclarationItem key={row.id} row={row} />
          ))}
        </ul>
      </Drawer>
    </>
  );
}

function DeclarationItem({ row }: { row: Declaration }) {
  const text = useReconciliationText();
  const { size } = useFigures();
  const zone = useUser().bank.time_zone;
  const unit = row.component === "class" ? "class" : DAYS.includes(row.component) ? "days" : "minor";
  const state = row.in_force ? text.inForce : row.withdrawn_at === null ? text.ended : text.withdrawn;
  return (
    <li className={row.in_force ? undefined : styles["quiet"]}>
      <div>
        <strong>{text.components[row.component] ?? row.component}</strong>{" "}
        {row.note_id === "" ? text.ofProduct(row.product_code) : text.ofNote(row.note_id)} · ≤ {size(unit, row.up_to)} ·{" "}
        {row.from_on} – {row.to_on} · {state}
      </div>
      <div>{row.reason}</div>
      <div className={styles["quiet"]}>{text.by(row.declared_by, formatInstant(row.declared_at, zone))}</div>
      {row.withdrawn_at !== null && (
        <div className={styles["quiet"]}>
          {text.withdrawn}: {row.withdrawn_reason} · {text.by(row.withdrawn_by, formatInstant(row.withdrawn_at, zone))}
        </div>
      )}
      {row.withdrawn_at === null && <Withdraw id={row.id} />}
    </li>
  );
}

function Withdraw({ id }: { id: number }) {
  const text = useReconciliationText();
  const [reason, setReason] = useState<string>();
  const withdraw = useWithdraw();
  if (!useMay("reconciliation.decide")) return null;
  if (reason === undefined) {
    return <Button size="small" onClick={() => setReason("")}>{text.withdraw}…</Button>;
  }
  return (
    <form
      className={styles["actions"]}
      onSubmit={(event) => {
        event.preventDefault();
        withdraw.mutate({ id, reason });
      }}
    >
      <Input
        size="small"
        aria-label={text.withdrawReason}
        placeholder={text.withdrawReason}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      <Button size="small" htmlType="submit" danger loading={withdraw.isPending} disabled={reason.trim().length < REASON_MIN}>
        {text.withdraw}
      </Button>
      {withdraw.isError && <Refused error={withdraw.error} />}
    </form>
  );
}
