import { Input } from "antd";

import styles from "./LoginPage.module.css";
import { useLoginText } from "./text";

/** Digits of a time-based one-time password (RFC 6238, as authenticator apps show it). */
export const CODE_LENGTH = 6;

interface CodeFieldProps {
  value: string;
  onChange: (code: string) => void;
}

/** Six boxes for a verification code, ready to type into; pasting fills them all. */
export function CodeField({ value, onChange }: CodeFieldProps) {
  const text = useLoginText();
  return (
    <div role="group" aria-label={text.totpLabel}>
      <Input.OTP
        className={styles["otp"]}
        length={CODE_LENGTH}
        size="large"
        autoFocus
        inputMode="numeric"
        autoComplete="one-time-code"
        value={value}
        onInput={(cells) => onChange(cells.join(""))}
        onChange={onChange}
      />
    </div>
  );
}
