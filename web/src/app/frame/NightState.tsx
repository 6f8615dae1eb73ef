import { Link } from "@tanstack/react-router";

import styles from "./Frame.module.css";
import { useFrame } from "./frameQuery";
import { useFrameText } from "../text";
import type { Frame } from "@/shared/api/shapes";
import { useMay, useUser } from "@/shared/api/session";
import { formatClock, zoneName } from "@/shared/format/dates";
import { LANGUAGE_TAG } from "@/shared/i18n/language";
import { useLanguage } from "@/shared/i18n/text";
import { StateMark, type WorkState } from "@/shared/ui/StateMark";

type Night = Frame["night"];

const MARK: Record<Night["state"], WorkState> = {
  done: "done",
  running: "running",
  failed: "failed",
  never: "waiting",
};

function useNightWords(): (night: Night) => string {
  const text = useFrameText();
  const { bank } = useUser();
  return (night) => {
    const stage = night.stage === null ? "" : (text.stages[night.stage] ?? night.stage);
    if (night.state === "running") return text.nightRunning(stage);
    if (night.state === "failed") return text.nightFailed(stage);
    if (night.state === "never") return text.nightNever;
    if (night.finished_at === null) return text.nightDoneNoTime;
    return text.nightDone(formatClock(night.finished_at, bank.time_zone));
  };
}

/** 账务日 … · 夜批 … 完成: always in sight, leads to the run. */
export function NightState() {
  const text = useFrameText();
  const frame = useFrame();
  const words = useNightWords();
  const { bank } = useUser();
  const { language } = useLanguage();
  const mayOpen = useMay("nights.read");
  if (frame.data === undefined) return <span className={styles["night"]} style={{ width: 240, height: 28 }} />;
  const { night, business_date: date } = frame.data;
  const content = (
    <>
      <span>
        <span className={styles["term"]}>{text.businessDate}</span>{" "}
        <span className="tabular">{date ?? text.noDate}</span>
      </span>
      <span className={styles["slash"]} aria-hidden>
        |
      </span>
      <span className={styles["term"]}>{text.night}</span>
      <StateMark state={MARK[night.state]}>{words(night)}</StateMark>
    </>
  );
  const zone = text.timesIn(zoneName(bank.time_zone, LANGUAGE_TAG[language]));
  if (!mayOpen) {
    return (
      <span className={styles["night"]} title={zone}>
        {content}
      </span>
    );
  }
  return (
    <Link
      to="/nights"
      search={night.run_id === null ? {} : { run: night.run_id }}
      className={styles["night"]}
      title={zone}
    >
      {content}
    </Link>
  );
}
