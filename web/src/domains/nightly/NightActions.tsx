import { PlayCircleOutlined, UnorderedListOutlined } from "@ant-design/icons";
import { Badge, Button, DatePicker, Drawer, Input } from "antd";
import dayjs from "dayjs";
import { useState } from "react";

import { Words } from "./FailureBox";
import styles from "./NightsPage.module.css";
import { RequestsList } from "./RequestsList";
import { isUnderWay, useOpenCorrections, usePropose, useRequests, useRerun } from "./requestsQuery";
import { useRequestText } from "./requestText";
import { useMay } from "@/shared/api/session";

const DAY_MS = 86_400_000;
const REASON_MIN = 4;
const REASON_MAX = 500;

function nextDay(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
}

/** What can be done about nights: run them, and see what was asked of them. */
export function NightActions({ last }: { last: string | undefined }) {
  const text = useRequestText();
  const mayRun = useMay("night.run");
  const mayDecide = useMay("approval.decide");
  const [open, setOpen] = useState<"start" | "requests">();
  const requests = useRequests();
  const waiting = useOpenCorrections(useMay("approval.read"));
  const underWay = requests.data?.filter(isUnderWay).length ?? 0;
  const toDecide = mayDecide ? waiting.data?.filter((one) => !one.own).length ?? 0 : 0;
  return (
    <div className={styles["actions"]}>
      <Badge count={underWay + toDecide} size="small">
        <Button icon={<UnorderedListOutlined />} onClick={() => setOpen("requests")}>
          {text.requests}
        </Button>
      </Badge>
      {mayRun && (
        <Button type="primary" icon={<PlayCircleOutlined />} onClick={() => setOpen("start")}>
          {text.start}
        </Button>
      )}
      <Drawer title={text.startTitle} size={440} open={open === "start"} onClose={() => setOpen(undefined)} destroyOnHidden>
        <StartForm first={last === undefined ? "" : nextDay(last)} />
      </Drawer>
      <Drawer
        title={text.requests}
        size={1120}
        open={open === "requests"}
        onClose={() => setOpen(undefined)}
        destroyOnHidden
      >
        <RequestsList />
      </Drawer>
    </div>
  );
}

function StartForm({ first }: { first: string }) {
  const text = useRequestText();
  const [until, setUntil] = useState(first);
  const rerun = useRerun();
  return (
    <form
      className={styles["form"]}
      onSubmit={(event) => {
        event.preventDefault();
        rerun.mutate(until);
      }}
    >
      <p className={styles["quiet"]}>{text.startWords}</p>
      <label>
        {text.until}
        <DatePicker
          style={{ width: "100%" }}
          value={until === "" ? null : dayjs(until)}
          showNow={false}
          onChange={(day) => setUntil(day?.format("YYYY-MM-DD") ?? "")}
        />
      </label>
      <Button type="primary" htmlType="submit" loading={rerun.isPending} disabled={until === ""}>
        {text.run}
      </Button>
      {rerun.isSuccess && <div role="status">{text.started}</div>}
      {rerun.isError && <Words error={rerun.error} />}
    </form>
  );
}

/** Proposes to correct a published night. */
export function CorrectButton({ businessDate }: { businessDate: string }) {
  const text = useRequestText();
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState("");
  const propose = usePropose();
  if (!useMay("night.correct")) return null;
  const tooShort = reason.trim().length < REASON_MIN;
  return (
    <>
      <Button size="small" onClick={() => setOpen(true)}>
        {text.correct}
      </Button>
      <Drawer
        title={text.correctTitle(businessDate)}
        size={480}
        open={open}
        onClose={() => setOpen(false)}
        destroyOnHidden
      >
        <form
          className={styles["form"]}
          onSubmit={(event) => {
            event.preventDefault();
            propose.mutate({ businessDate, reason });
          }}
        >
          <p className={styles["quiet"]}>{text.correctWords}</p>
          <label>
            {text.reason}
            <Input.TextArea
              rows={4}
              required
              maxLength={REASON_MAX}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          </label>
          <Button type="primary" htmlType="submit" loading={propose.isPending} disabled={tooShort || propose.isSuccess}>
            {text.propose}
          </Button>
          {propose.isSuccess && <div role="status">{text.proposed}</div>}
          {propose.isError && <Words error={propose.error} />}
        </form>
      </Drawer>
    </>
  );
}
