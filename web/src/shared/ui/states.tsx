import { ExclamationCircleOutlined, InboxOutlined, InfoCircleFilled, WarningFilled } from "@ant-design/icons";
import { Button } from "antd";
import type { ReactNode } from "react";

import styles from "./states.module.css";
import { useUiText } from "./text";
import { problemFacts, type ProblemFacts } from "@/shared/api/problem";

interface EmptyProps {
  title: string;
  children: ReactNode;
  action?: ReactNode;
}

/** Nothing to show: says why and what to do. */
export function EmptyState({ title, children, action }: EmptyProps) {
  return (
    <div className={styles["state"]}>
      <InboxOutlined className={styles["icon"]} style={{ fontSize: 32 }} aria-hidden />
      <p className={styles["title"]}>{title}</p>
      <p className={styles["words"]}>{children}</p>
      {action && <div className={styles["action"]}>{action}</div>}
    </div>
  );
}

/** The sentence that says what failed, what was kept and what to do. */
export function useProblemWords(): (facts: ProblemFacts) => string {
  const text = useUiText();
  return (facts) => {
    if (facts.code === "network.unreachable") return text.unreachable;
    if (facts.code === "page.fault") return text.pageFault;
    if (facts.status === 403) return text.forbidden;
    if (facts.status === 404) return text.notFound;
    if (facts.status === 429) return text.tooOften;
    if (facts.status === 400 || facts.status === 422) return text.notUnderstood;
    return text.serverFault;
  };
}

/** Asking again helps when no answer came, when too much was asked at once, or when the server failed; not with a refusal. */
function retryHelps({ status }: ProblemFacts): boolean {
  return status === 0 || status === 429 || status >= 500;
}

interface ErrorProps {
  error: unknown;
  onRetry?: () => void;
}

/** A failed load: what failed, what was kept, what to do, and the reference number for support. */
export function ErrorState({ error, onRetry }: ErrorProps) {
  const text = useUiText();
  const words = useProblemWords();
  const facts = problemFacts(error);
  return (
    <div className={styles["state"]} role="alert">
      <ExclamationCircleOutlined className={styles["icon"]} style={{ fontSize: 32 }} aria-hidden />
      <p className={styles["title"]}>{facts.status === 403 ? text.forbiddenTitle : text.errorTitle}</p>
      <p className={styles["words"]}>{words(facts)}</p>
      {facts.reference !== "" && (
        <p className={styles["reference"]}>
          {text.reference} <code>{facts.reference}</code>
        </p>
      )}
      {onRetry !== undefined && retryHelps(facts) && (
        <Button className={styles["action"]} onClick={onRetry}>
          {text.retry}
        </Button>
      )}
    </div>
  );
}

type Tone = "info" | "warn" | "bad";

interface StripProps {
  tone: Tone;
  children: ReactNode;
  action?: ReactNode;
}

/** One line across the page: sample data, stale data, a refresh that failed. */
export function NoticeStrip({ tone, children, action }: StripProps) {
  const Icon = tone === "info" ? InfoCircleFilled : WarningFilled;
  return (
    <div className={`${styles["strip"]} ${styles[tone]}`} role={tone === "info" ? "note" : "status"}>
      <Icon className={styles["stripIcon"]} aria-hidden />
      <span className={styles["stripText"]}>{children}</span>
      {action}
    </div>
  );
}

/** Shown above data that is older than wanted because a refresh failed. */
export function RefreshFailed({ at, onRetry }: { at: string; onRetry: () => void }) {
  const text = useUiText();
  return (
    <NoticeStrip
      tone="bad"
      action={
        <Button size="small" onClick={onRetry}>
          {text.retry}
        </Button>
      }
    >
      {text.keptTitle(at)}
    </NoticeStrip>
  );
}
