import { CheckCircleFilled } from "@ant-design/icons";
import { Button, Input } from "antd";
import { useState } from "react";

import { Refused } from "./DeclareForm";
import styles from "./reconciliation.module.css";
import { useSignOff, type DayAnswer } from "./reconciliationQuery";
import { useReconciliationText } from "./text";
import { useUser } from "@/shared/api/session";
import { formatInstant } from "@/shared/format/dates";
import { formatCount } from "@/shared/format/figures";

const REMARK_MAX = 500;

/** Who signed the day, and the signature of accounting. */
export function SignOffPanel({ found }: { found: DayAnswer }) {
  const text = useReconciliationText();
  const { day, may_decide: mayDecide, refusal } = found;
  const zone = useUser().bank.time_zone;
  const signed = day.sign_offs.some((row) => row.current);
  return (
    <section className={styles["box"]} aria-label={text.signTitle}>
      <h2 className={styles["boxHead"]}>{text.signTitle}</h2>
      <div className={styles["pad"]}>
        {!signed && <p className={styles["quiet"]}>{text.unsigned}</p>}
        {day.sign_offs.map((row) => (
          <div key={row.run_id} className={row.current ? styles["signed"] : styles["quiet"]}>
            {row.current && <CheckCircleFilled className={styles["good"]} aria-hidden />}{" "}
            {text.signedBy(row.signed_by, formatInstant(row.signed_at, zone))}{" "}
            {!row.current && text.formerRun(formatInstant(row.known_at, zone))}
            <div className={styles["quiet"]}>
              {text.signCounts(formatCount(row.different), formatCount(row.declared), formatCount(row.held))}
              {row.remark !== "" && ` · ${row.remark}`}
            </div>
          </div>
        ))}
        {!signed && mayDecide && (refusal === null ? <SignForm found={found} /> : <p>{text.refusals[refusal]}</p>)}
      </div>
    </section>
  );
}

function SignForm({ found }: { found: DayAnswer }) {
  const text = useReconciliationText();
  const [remark, setRemark] = useState("");
  const sign = useSignOff();
  const open = found.day.cells.some((cell) => cell.different > 0);
  return (
    <form
      className={styles["form"]}
      onSubmit={(event) => {
        event.preventDefault();
        sign.mutate({ day: found.day, remark });
      }}
    >
      <Input
        aria-label={text.remark}
        placeholder={text.remark}
        maxLength={REMARK_MAX}
        value={remark}
        onChange={(event) => setRemark(event.target.value)}
      />
      <Button type="primary" htmlType="submit" size="small" loading={sign.isPending} disabled={open && remark.trim() === ""}>
        {text.sign}
      </Button>
      {sign.isError && <Refused error={sign.error} />}
    </form>
  );
}
