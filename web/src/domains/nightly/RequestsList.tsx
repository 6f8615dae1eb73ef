import { Button, Input, Skeleton } from "antd";
import { useState } from "react";

import { EffectNotes } from "./EffectNotes";
import { EffectTable } from "./EffectTable";
import { Words } from "./FailureBox";
import { useFailureText } from "./failureText";
import styles from "./NightsPage.module.css";
import { useDecide, useOpenCorrections, useRequests, type Approval, type NightRequest } from "./requestsQuery";
import { useRequestText } from "./requestText";
import { useMay, useUser } from "@/shared/api/session";
import { formatInstant } from "@/shared/format/dates";
import { StateMark } from "@/shared/ui/StateMark";
import { ErrorState } from "@/shared/ui/states";

/** Corrections that wait for a decision, and everything that was asked of the night. */
export function RequestsList() {
  const text = useRequestText();
  const requests = useRequests();
  const waiting = useOpenCorrections(useMay("approval.read"));
  if (requests.data === undefined) {
    if (requests.isError) return <ErrorState error={requests.error} onRetry={() => void requests.refetch()} />;
    return <Skeleton active title={false} paragraph={{ rows: 4 }} />;
  }
  return (
    <div className={styles["requests"]}>
      {waiting.data !== undefined && waiting.data.length > 0 && (
        <section aria-label={text.waiting}>
          <h2>{text.waiting}</h2>
          {waiting.data.map((one) => (
            <Waiting key={one.id} approval={one} />
          ))}
        </section>
      )}
      {requests.data.length === 0 && <p className={styles["quiet"]}>{text.none}</p>}
      {requests.data.map((one) => (
        <Entry key={one.id} request={one} />
      ))}
    </div>
  );
}

function Waiting({ approval }: { approval: Approval }) {
  const text = useRequestText();
  const { bank } = useUser();
  const mayDecide = useMay("approval.decide");
  const decide = useDecide();
  const [reason, setReason] = useState("");
  return (
    <div className={styles["request"]}>
      <div>
        <strong>
          {text.correction} {approval.subject_id}
        </strong>{" "}
        · {String(approval.request["reason"] ?? "")}
      </div>
      <div className={styles["sub"]}>
        {approval.requested_by} · {formatInstant(approval.requested_at, bank.time_zone)}
      </div>
      {approval.own && <div className={styles["sub"]}>{text.own}</div>}
      {!approval.own && !mayDecide && <div className={styles["sub"]}>{text.others}</div>}
      {mayDecide && !approval.own && (
        <div className={styles["decide"]}>
          <Button
            type="primary"
            size="small"
            loading={decide.isPending}
            onClick={() => decide.mutate({ id: approval.id, approve: true, reason: "" })}
          >
            {text.approve}
          </Button>
          <Input
            size="small"
            placeholder={text.refuseReason}
            aria-label={text.refuseReason}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
          <Button
            size="small"
            disabled={reason.trim() === ""}
            onClick={() => decide.mutate({ id: approval.id, approve: false, reason })}
          >
            {text.refuse}
          </Button>
        </div>
      )}
      {decide.isError && <Words error={decide.error} />}
    </div>
  );
}

function Entry({ request }: { request: NightRequest }) {
  const text = useRequestText();
  const failures = useFailureText();
  const { bank } = useUser();
  const mayNotes = useMay("correction.read");
  const [open, setOpen] = useState(false);
  const known = failures[request.error_code];
  return (
    <div className={styles["request"]}>
      <div className={styles["requestHead"]}>
        <span>
          <strong>
            {text.kinds[request.kind] ?? request.kind} {text.range(request.business_date, request.until)}
          </strong>
          {request.reason !== "" && ` · ${request.reason}`}
        </span>
        <StateMark state={request.state === "queued" ? "waiting" : request.state}>
          {text.states[request.state] ?? request.state}
        </StateMark>
      </div>
      <div className={styles["sub"]}>
        {request.by} · {formatInstant(request.created_at, bank.time_zone)}
      </div>
      {request.state === "failed" && (
        <div className={styles["warnText"]}>
          {known === undefined ? request.error : `${known.cause} ${known.todo}`}
        </div>
      )}
      {request.state === "failed" && known !== undefined && <div className={styles["sub"]}>{request.error}</div>}
      {request.kind === "correction" && request.state === "done" && (
        <Button size="small" className={styles["toggle"]} aria-expanded={open} onClick={() => setOpen(!open)}>
          {text.effect}
        </Button>
      )}
      {open && <EffectTable id={request.id} />}
      {open && mayNotes && <EffectNotes id={request.id} />}
    </div>
  );
}
