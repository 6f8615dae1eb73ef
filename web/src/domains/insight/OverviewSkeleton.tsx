import { Skeleton } from "antd";

import styles from "./OverviewPage.module.css";
import { useInsightText } from "./text";
import { Panel } from "@/shared/ui/Panel";

/** The overview's own shape while its first data comes: nothing jumps when they arrive. */
export function OverviewSkeleton() {
  const text = useInsightText();
  const labels = [
    text.balance,
    text.overdueNotes,
    text.overduePrincipal,
    `${text.rates} · ${text.regulatory}`,
    `${text.rates} · ${text.management}`,
  ];
  return (
    <div style={{ display: "flex", flexDirection: "column", gap: 12 }} role="status" aria-label={text.loading}>
      <div className={styles["figures"]}>
        {labels.map((label) => (
          <div key={label} className={styles["figure"]}>
            <div className={styles["label"]}>{label}</div>
            <Skeleton.Node active style={{ width: 120, height: 54 }} />
          </div>
        ))}
      </div>
      <div className={styles["grid"]}>
        <SkeletonPanel title={text.bucketTitle} height={192} />
        <SkeletonPanel title={text.classTitle} height={192} />
        <SkeletonPanel title={text.rollTitle} height={284} />
        <SkeletonPanel title={text.trendTitle} height={284} />
      </div>
    </div>
  );
}

function SkeletonPanel({ title, height }: { title: string; height: number }) {
  return (
    <Panel title={title}>
      <div style={{ height }}>
        <Skeleton active title={false} paragraph={{ rows: Math.floor(height / 40) }} />
      </div>
    </Panel>
  );
}
