import { CheckCircleFilled, ClockCircleOutlined, LoadingOutlined, WarningFilled } from "@ant-design/icons";

import styles from "./states.module.css";

export type WorkState = "done" | "running" | "failed" | "waiting";

const MARKS = {
  done: { Icon: CheckCircleFilled, style: "good" },
  running: { Icon: LoadingOutlined, style: "running" },
  failed: { Icon: WarningFilled, style: "failed" },
  waiting: { Icon: ClockCircleOutlined, style: "waiting" },
} as const;

/** A state by shape and word, so that it never depends on colour alone. */
export function StateMark({ state, children }: { state: WorkState; children: string }) {
  const { Icon, style } = MARKS[state];
  return (
    <span className={styles["mark"]}>
      <Icon className={styles[style]} aria-hidden />
      {children}
    </span>
  );
}
