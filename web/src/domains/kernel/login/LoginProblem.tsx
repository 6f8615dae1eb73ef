import { Alert } from "antd";

import styles from "./LoginPage.module.css";
import { useLoginText } from "./text";
import { problemFacts } from "@/shared/api/problem";

/** What went wrong in a step, in words chosen by the problem's code. */
export function LoginProblem({ error }: { error: unknown }) {
  const text = useLoginText();
  if (error === null) return null;
  const facts = problemFacts(error);
  const words: Record<string, string> = {
    "login.invalid": text.invalid,
    "login.locked": text.locked,
    "totp.invalid": text.totpInvalid,
    "totp.replayed": text.totpReplayed,
    "login.step": text.stepLost,
    "totp.locked": text.locked,
    "network.unreachable": text.failed,
  };
  const known = words[facts.code] ?? (facts.status === 429 ? text.locked : undefined);
  return (
    <Alert
      className={styles["alert"]}
      type={facts.status === 429 ? "warning" : "error"}
      showIcon
      role="alert"
      title={
        <>
          {known ?? text.unexpected}
          {known === undefined && facts.reference !== "" && (
            <code className={styles["reference"]}>{facts.reference}</code>
          )}
        </>
      }
    />
  );
}
