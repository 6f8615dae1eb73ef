import { Button } from "antd";
import { useState, type FormEvent } from "react";

import { CODE_LENGTH, CodeField } from "./CodeField";
import { LoginProblem } from "./LoginProblem";
import styles from "./LoginPage.module.css";
import { useLoginText } from "./text";
import { useLogout, useTotp } from "../session";

/** Second step: the code of an enrolled authenticator app. */
export function TotpForm() {
  const text = useLoginText();
  const totp = useTotp();
  const logout = useLogout();
  const [code, setCode] = useState("");
  const [refusals, setRefusals] = useState(0);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    totp.mutate(code, {
      onError: () => {
        setCode("");
        setRefusals(refusals + 1);
      },
    });
  };
  return (
    <form onSubmit={submit}>
      <h1>{text.totpTitle}</h1>
      <p className={styles["words"]}>{text.totpWords}</p>
      <LoginProblem error={totp.error} />
      <CodeField key={refusals} value={code} onChange={setCode} />
      <Button
        type="primary"
        htmlType="submit"
        size="large"
        block
        disabled={code.length < CODE_LENGTH}
        loading={totp.isPending}
      >
        {text.totpSubmit}
      </Button>
      <Button className={styles["back"]} type="link" onClick={() => logout.mutate()}>
        {text.back}
      </Button>
    </form>
  );
}
