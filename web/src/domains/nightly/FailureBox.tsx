import { WarningFilled } from "@ant-design/icons";
import { Button } from "antd";

import { useFailureText } from "./failureText";
import styles from "./NightsPage.module.css";
import { useRequestText } from "./requestText";
import { useRerun } from "./requestsQuery";
import { useNightsText } from "./text";
import type { NightDetail } from "@/shared/api/shapes";
import { problemFacts } from "@/shared/api/problem";
import { useMay } from "@/shared/api/session";
import { useProblemWords } from "@/shared/ui/states";

/** Why a night failed, what was kept, what to do, and the button that runs it again. */
export function FailureBox({ night }: { night: NightDetail }) {
  const text = useNightsText();
  const request = useRequestText();
  const known = useFailureText()[night.error_code ?? ""];
  const mayRun = useMay("night.run");
  const rerun = useRerun();
  return (
    <div className={styles["failure"]} role="alert">
      <WarningFilled className={styles["failureIcon"]} aria-hidden />
      <div className={styles["failureBody"]}>
        <strong>{known?.cause ?? text.failedTitle}</strong>
        {known !== undefined && <div>{known.todo}</div>}
        <details>
          <summary>{request.message}</summary>
          <code>{night.error}</code>
        </details>
        <div className={styles["sub"]}>{text.failedKept}</div>
        {rerun.isError && <Words error={rerun.error} />}
        {rerun.isSuccess && <div>{request.started}</div>}
      </div>
      {mayRun && night.kind === "nightly" && (
        <Button type="primary" loading={rerun.isPending} onClick={() => rerun.mutate(night.business_date)}>
          {request.rerun}
        </Button>
      )}
    </div>
  );
}

/** A refused request in the words of the failure table, or in general ones. */
export function Words({ error }: { error: unknown }) {
  const failures = useFailureText();
  const words = useProblemWords();
  const facts = problemFacts(error);
  const known = failures[facts.code];
  return (
    <div className={styles["warnText"]} role="alert">
      {known === undefined ? words(facts) : `${known.cause} ${known.todo}`}
    </div>
  );
}
