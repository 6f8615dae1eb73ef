import { Skeleton } from "antd";
import type { ReactNode } from "react";

import { DeliveriesOf } from "./DeliveriesNotice";
import { EnginesPanel } from "./EnginesPanel";
import { FailureBox } from "./FailureBox";
import { LoadsPanel } from "./LoadsPanel";
import { AlertList } from "./quality/AlertList";
import { useAlertText } from "./quality/alertText";
import { CorrectButton } from "./NightActions";
import styles from "./NightsPage.module.css";
import { useNight } from "./nightsQuery";
import { ReasonsPanel } from "./ReasonsPanel";
import { RejectsPanel, type RejectsOf } from "./RejectsPanel";
import { useRequestText } from "./requestText";
import { StagesPanel } from "./StagesPanel";
import { useNightsText } from "./text";
import type { NightDetail } from "@/shared/api/shapes";
import { problemFacts } from "@/shared/api/problem";
import { useUser } from "@/shared/api/session";
import { formatInstant } from "@/shared/format/dates";
import { formatCount, formatDuration } from "@/shared/format/figures";
import { useLanguage } from "@/shared/i18n/text";
import { Hash } from "@/shared/ui/Hash";
import { Panel } from "@/shared/ui/Panel";
import { StateMark } from "@/shared/ui/StateMark";
import { EmptyState, ErrorState } from "@/shared/ui/states";

interface NightDetailPaneProps {
  runId: string;
  feed: string | undefined;
  onFeed: (feed: string | undefined) => void;
  onExport?: (of: RejectsOf) => ReactNode;
}

/** One run: facts, stages, files, rejected rows. */
export function NightDetailPane({ runId, feed, onFeed, onExport }: NightDetailPaneProps) {
  const text = useNightsText();
  const night = useNight(runId);
  if (night.data === undefined && night.isError) {
    if (problemFacts(night.error).status === 404) {
      return <EmptyState title={text.missingTitle}>{text.missing}</EmptyState>;
    }
    return <ErrorState error={night.error} onRetry={() => void night.refetch()} />;
  }
  if (night.data === undefined) return <DetailSkeleton />;
  return (
    <>
      <FactsPanel night={night.data} />
      {night.data.error !== null && <FailureBox night={night.data} />}
      <DriftPanel night={night.data} />
      <StagesPanel stages={night.data.stages} />
      {night.data.engines !== null && <EnginesPanel engines={night.data.engines} />}
      <LoadsPanel night={night.data} />
      {night.data.reasons !== null && night.data.reasons.length > 0 && (
        <ReasonsPanel reasons={night.data.reasons} onFeed={onFeed} />
      )}
      <RejectsPanel night={night.data} feed={feed} onFeed={onFeed} onExport={onExport} />
    </>
  );
}

/** What of the delivery is unlike the nights before; nothing where nothing is. */
function DriftPanel({ night }: { night: NightDetail }) {
  const text = useAlertText();
  if (night.alerts.length === 0) return null;
  return (
    <Panel title={text.title} note={text.note}>
      <AlertList alerts={night.alerts} withFeed />
    </Panel>
  );
}

function FactsPanel({ night }: { night: NightDetail }) {
  const text = useNightsText();
  const request = useRequestText();
  const { language } = useLanguage();
  const { bank } = useUser();
  const marks = [
    night.kind === "correction" ? request.correction : "",
    night.state === "done" && !night.in_force ? request.replaced : "",
  ].filter((mark) => mark !== "");
  return (
    <Panel
      title={text.detail(night.business_date)}
      note={marks.length === 0 ? undefined : marks.join(" · ")}
      actions={
        <>
          <span className={styles["sub"]}>
            {text.run} <Hash value={night.run_id} name={text.run} />
          </span>
          {night.state === "done" && night.in_force && <CorrectButton businessDate={night.business_date} />}
        </>
      }
    >
      <dl className={styles["facts"]}>
        <Fact name={text.state}>
          <StateMark state={night.state}>{text.states[night.state] ?? night.state}</StateMark>
        </Fact>
        <Fact name={text.started}>{formatInstant(night.started_at, bank.time_zone)}</Fact>
        <Fact name={text.duration}>{formatDuration(night.seconds, language)}</Fact>
        <Fact name={text.notes}>{night.notes === null ? "–" : formatCount(night.notes)}</Fact>
        <Fact name={text.accepted}>{formatCount(night.accepted)}</Fact>
        <Fact name={text.rejected}>
          <span className={night.rejected > 0 ? styles["rejected"] : undefined}>{formatCount(night.rejected)}</span>
        </Fact>
      </dl>
      <DeliveriesOf businessDate={night.business_date} />
    </Panel>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** The shape of a run while it loads. */
export function DetailSkeleton() {
  const text = useNightsText();
  const panels = [
    { title: text.run, rows: 1 },
    { title: text.stages, rows: 6 },
    { title: text.loads, rows: 5 },
    { title: text.rejects, rows: 3 },
  ];
  return (
    <div role="status" aria-label={text.loading} style={{ display: "contents" }}>
      {panels.map((panel) => (
        <Panel key={panel.title} title={panel.title}>
          <Skeleton active title={false} paragraph={{ rows: panel.rows, width: "100%" }} />
        </Panel>
      ))}
    </div>
  );
}
