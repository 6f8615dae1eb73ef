import { Button, QRCode, Skeleton } from "antd";
import { useState, type FormEvent } from "react";

import { CODE_LENGTH, CodeField } from "./CodeField";
import { LoginProblem } from "./LoginProblem";
import styles from "./LoginPage.module.css";
import { useLoginText } from "./text";
import { useEnrolment, useLogout, useTotpConfirm } from "../session";

const QR_SIZE = 184;

/** A secret in groups of four, as people read it out: "JBSW Y3DP". */
export function groupedSecret(secret: string): string {
  return secret.replace(/(.{4})(?=.)/g, "$1 ");
}

/** Second step for a user without an authenticator app: scan, then prove it with a code. */
export function EnrolForm() {
  const text = useLoginText();
  const enrolment = useEnrolment();
  const confirm = useTotpConfirm();
  const logout = useLogout();
  const [code, setCode] = useState("");
  const [refusals, setRefusals] = useState(0);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    confirm.mutate(code, {
      onError: () => {
        setCode("");
        setRefusals(refusals + 1);
      },
    });
  };
  return (
    <form onSubmit={submit}>
      <h1>{text.enrolTitle}</h1>
      <p className={styles["words"]}>{text.enrolWords}</p>
      <LoginProblem error={confirm.error ?? enrolment.error} />
      <EnrolmentCode secret={enrolment.data?.secret} uri={enrolment.data?.otpauth_uri} />
      <CodeField key={refusals} value={code} onChange={setCode} />
      <Button
        type="primary"
        htmlType="submit"
        size="large"
        block
        disabled={code.length < CODE_LENGTH || enrolment.data === undefined}
        loading={confirm.isPending}
      >
        {text.enrolSubmit}
      </Button>
      <Button className={styles["back"]} type="link" onClick={() => logout.mutate()}>
        {text.back}
      </Button>
    </form>
  );
}

function EnrolmentCode({ secret, uri }: { secret: string | undefined; uri: string | undefined }) {
  const text = useLoginText();
  return (
    <>
      <div className={styles["qr"]}>
        {uri === undefined ? (
          <Skeleton.Node active style={{ width: QR_SIZE, height: QR_SIZE }} />
        ) : (
          <div className={styles["qrPaper"]}>
            <QRCode value={uri} size={QR_SIZE} type="canvas" bordered={false} color="#10161d" bgColor="#ffffff" aria-label={text.enrolQr} />
          </div>
        )}
      </div>
      <p className={styles["secret"]}>
        {text.enrolSecret}
        <code>{secret === undefined ? "…" : groupedSecret(secret)}</code>
      </p>
    </>
  );
}
