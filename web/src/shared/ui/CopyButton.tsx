import { CheckOutlined, CopyOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";

import { useUiText } from "./text";

/** How long the button says that it has copied. */
const SAID_MS = 1500;

interface CopyButtonProps {
  value: string;
  /** What is copied, for assistive technology. */
  name: string;
  /** Icon alone, for a table's cell. */
  small?: boolean;
}

/** Copies a text to the clipboard and says so for a moment. */
export function CopyButton({ value, name, small = false }: CopyButtonProps) {
  const text = useUiText();
  const [copied, setCopied] = useState(false);
  const copy = () => {
    void navigator.clipboard.writeText(value).then(() => {
      setCopied(true);
      setTimeout(() => setCopied(false), SAID_MS);
    });
  };
  const said = copied ? text.copied : text.copy;
  const style = small ? { color: copied ? "var(--hk-good)" : "var(--hk-text-secondary)", fontSize: 12 } : undefined;
  return (
    <Button
      type={small ? "text" : "default"}
      size="small"
      onClick={copy}
      aria-label={`${said} ${name}`}
      icon={copied ? <CheckOutlined style={style} /> : <CopyOutlined style={style} />}
    >
      {small ? null : said}
    </Button>
  );
}
