import { Button } from "antd";

import { BucketPanel } from "./BucketPanel";
import { ClassPanel } from "./ClassPanel";
import { KeyFigures } from "./KeyFigures";
import { OverviewHead } from "./OverviewHead";
import styles from "./OverviewPage.module.css";
import { useOverview } from "./overviewQuery";
import { OverviewSkeleton } from "./OverviewSkeleton";
import { RollPanel } from "./RollPanel";
import type { OverviewProps } from "./search";
import { useInsightText } from "./text";
import { TrendPanel } from "./TrendPanel";
import type { Overview } from "@/shared/api/shapes";
import { problemFacts } from "@/shared/api/problem";
import { useMay, useUser } from "@/shared/api/session";
import { formatClock } from "@/shared/format/dates";
import { EmptyState, ErrorState, NoticeStrip, RefreshFailed } from "@/shared/ui/states";
import { formatCount } from "@/shared/format/figures";

/** How much is overdue, how badly, and where is it going? */
export function OverviewPage({ search, onSearch, onDrill }: OverviewProps) {
  const text = useInsightText();
  const { bank } = useUser();
  const overview = useOverview(search);
  const retry = () => void overview.refetch();
  const failed = overview.error !== null;

  return (
    <>
      <title>{`${text.title} · 回款 Huikuan`}</title>
      {failed && overview.data !== undefined && !overview.isPlaceholderData && (
        <RefreshFailed at={formatClock(new Date(overview.dataUpdatedAt).toISOString(), bank.time_zone)} onRetry={retry} />
      )}
      <div className={styles["page"]}>
        <OverviewHead search={search} onSearch={onSearch} overview={overview.data} />
        {overview.isPending && <OverviewSkeleton />}
        {failed && (overview.data === undefined || overview.isPlaceholderData) && (
          <OverviewFailed
            error={overview.error}
            asOf={search.as_of}
            onLatest={() => onSearch({ as_of: undefined })}
            onRetry={retry}
          />
        )}
        {overview.data !== undefined && !(failed && overview.isPlaceholderData) && (
          <div style={{ opacity: overview.isPlaceholderData ? 0.55 : 1 }} aria-busy={overview.isPlaceholderData}>
            <OverviewBody
              overview={overview.data}
              search={search}
              onSearch={onSearch}
              onDrill={search.as_of === undefined ? onDrill : undefined}
            />
          </div>
        )}
      </div>
    </>
  );
}

interface OverviewFailedProps {
  error: unknown;
  asOf: string | undefined;
  onLatest: () => void;
  onRetry: () => void;
}

function OverviewFailed({ error, asOf, onLatest, onRetry }: OverviewFailedProps) {
  const text = useInsightText();
  const maySeeNights = useMay("nights.read");
  if (problemFacts(error).code === "overview.no_night" && asOf !== undefined) {
    return (
      <EmptyState title={text.noSuchNightTitle} action={<Button onClick={onLatest}>{text.backToLatest}</Button>}>
        {text.noSuchNight(asOf)}
      </EmptyState>
    );
  }
  if (problemFacts(error).code === "overview.no_night") {
    return (
      <EmptyState
        title={text.noNightTitle}
        action={maySeeNights && <Button href="/nights">{text.openNights}</Button>}
      >
        {text.noNight}
      </EmptyState>
    );
  }
  return <ErrorState error={error} onRetry={onRetry} />;
}

function OverviewBody({ overview, search, onSearch, onDrill }: OverviewProps & { overview: Overview }) {
  const text = useInsightText();
  if (overview.totals.notes === 0) {
    const clear = () => onSearch({ institution: undefined, product: undefined });
    return (
      <EmptyState title={text.noNotesTitle} action={<Button onClick={clear}>{text.clearFilters}</Button>}>
        {text.noNotes}
      </EmptyState>
    );
  }
  const { stale_notes: stale } = overview.totals;
  return (
    <div style={{ display: "flex", flexDirection: "column", gap: 12 }}>
      {stale > 0 && <NoticeStrip tone="warn">{text.stale(formatCount(stale))}</NoticeStrip>}
      <KeyFigures overview={overview} />
      <div className={styles["grid"]}>
        <BucketPanel
          overview={overview}
          withM0={search.m0 === true}
          onM0={(m0) => onSearch({ m0: m0 || undefined })}
          onDrill={onDrill}
        />
        <ClassPanel overview={overview} onDrill={onDrill} />
        <RollPanel
          overview={overview}
          basis={search.basis ?? "count"}
          onBasis={(basis) => onSearch({ basis: basis === "amount" ? basis : undefined })}
        />
        <TrendPanel overview={overview} />
      </div>
    </div>
  );
}
