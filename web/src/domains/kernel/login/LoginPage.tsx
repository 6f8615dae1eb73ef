import { Alert } from "antd";
import type { ReactNode } from "react";

import { EnrolForm } from "./EnrolForm";
import styles from "./LoginPage.module.css";
import { PasswordForm } from "./PasswordForm";
import { useLoginText } from "./text";
import { TotpForm } from "./TotpForm";
import type { Session } from "@/shared/api/shapes";
import { Logo } from "@/shared/ui/Logo";

interface LoginPageProps {
  state: Session["state"];
  /** Whether a session has just ended under the user's hands. */
  expired: boolean;
  /** Language and theme switches. */
  corner: ReactNode;
}

/** Every step from nobody to a signed-in user. The address stays as it was, so that log-in leads back to it. */
export function LoginPage({ state, expired, corner }: LoginPageProps) {
  const text = useLoginText();
  return (
    <div className={styles["page"]}>
      <div className={styles["corner"]}>{corner}</div>
      <main className={styles["centre"]}>
        <div className={styles["brand"]}>
          <Logo size={40} />
          <div>
            <div className={styles["brandName"]}>
              回款<span className={styles["brandLatin"]}>Huikuan</span>
            </div>
            <div className={styles["tagline"]}>{text.tagline}</div>
          </div>
        </div>
        <div className={styles["card"]}>
          {expired && state === "anonymous" && (
            <Alert className={styles["alert"]} type="info" showIcon title={text.expired} />
          )}
          {state === "totp_required" && <TotpForm />}
          {state === "totp_enrolment_required" && <EnrolForm />}
          {state === "anonymous" && <PasswordForm />}
        </div>
        {state === "anonymous" && <p className={styles["foot"]}>{text.help}</p>}
      </main>
    </div>
  );
}
