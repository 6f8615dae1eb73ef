import { Skeleton } from "antd";
import type { ReactNode } from "react";

import { DeliveriesNotice } from "./DeliveriesNotice";
import { DetailSkeleton, NightDetailPane } from "./NightDetailPane";
import { NightActions } from "./NightActions";
import { NightList } from "./NightList";
import styles from "./NightsPage.module.css";
import { useNights } from "./nightsQuery";
import type { RejectsOf } from "./RejectsPanel";
import type { NightsSearch } from "./search";
import { useNightsText } from "./text";
import type { Night } from "@/shared/api/shapes";
import { useUser } from "@/shared/api/session";
import { zoneName } from "@/shared/format/dates";
import { formatCount } from "@/shared/format/figures";
import { LANGUAGE_TAG } from "@/shared/i18n/language";
import { useLanguage } from "@/shared/i18n/text";
import { useShortcuts } from "@/shared/keyboard/shortcuts";
import { EmptyState, ErrorState } from "@/shared/ui/states";

export interface NightsProps {
  search: NightsSearch;
  onSearch: (change: Partial<NightsSearch>) => void;
  /** Buttons that take rejected rows as a file. */
  onExport?: (of: RejectsOf) => ReactNode;
}

/** Did the nights run, how long did they take, and what did they refuse? */
export function NightsPage({ search, onSearch, onExport }: NightsProps) {
  const text = useNightsText();
  const nights = useNights();
  const items = nights.data?.pages.flatMap((page) => page.items) ?? [];
  const chosen = search.run ?? items[0]?.run_id;
  const choose = (run: string) => onSearch({ run, feed: undefined });
  const step = (by: number) => {
    const next = items[items.findIndex((night) => night.run_id === chosen) + by];
    if (next !== undefined) choose(next.run_id);
  };
  useShortcuts({ j: () => step(1), k: () => step(-1) });

  return (
    <div className={styles["page"]}>
      <title>{`${text.title} · 回款 Huikuan`}</title>
      <Head items={items} />
      <DeliveriesNotice />
      {nights.isError && nights.data === undefined ? (
        <ErrorState error={nights.error} onRetry={() => void nights.refetch()} />
      ) : nights.data !== undefined && items.length === 0 ? (
        <EmptyState title={text.emptyTitle}>{text.empty}</EmptyState>
      ) : (
        <div className={styles["split"]}>
          <div className={styles["list"]} tabIndex={0} role="region" aria-label={text.list}>
            {nights.isPending ? (
              <ListSkeleton />
            ) : (
              <NightList
                items={items}
                chosen={chosen}
                onChoose={choose}
                onMore={nights.hasNextPage ? () => void nights.fetchNextPage() : undefined}
                loadingMore={nights.isFetchingNextPage}
              />
            )}
          </div>
          <div className={styles["detail"]}>
            {chosen === undefined ? (
              <DetailSkeleton />
            ) : (
              <NightDetailPane
                key={chosen}
                runId={chosen}
                feed={search.feed}
                onFeed={(feed) => onSearch({ feed })}
                onExport={onExport}
              />
            )}
          </div>
        </div>
      )}
    </div>
  );
}

function Head({ items }: { items: Night[] }) {
  const text = useNightsText();
  const { language } = useLanguage();
  const zone = zoneName(useUser().bank.time_zone, LANGUAGE_TAG[language]);
  return (
    <div className={styles["head"]}>
      <div>
        <h1>{text.title}</h1>
        <div className={styles["sub"]}>
          {items.length === 0 ? "\u00a0" : text.subtitle(formatCount(items.length), zone)}
        </div>
      </div>
      <NightActions last={items.find((night) => night.state === "done")?.business_date} />
    </div>
  );
}

function ListSkeleton() {
  const text = useNightsText();
  return (
    <div role="status" aria-label={text.loading} style={{ padding: 16 }}>
      <Skeleton active title={false} paragraph={{ rows: 14, width: "100%" }} />
    </div>
  );
}
