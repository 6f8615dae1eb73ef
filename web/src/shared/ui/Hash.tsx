import { CheckOutlined, CopyOutlined } from "@ant-design/icons";
import { Button, Tooltip } from "antd";
import { useState } from "react";

import { useUiText } from "./text";

/** How many characters of a hash or id tell it apart on a screen. */
const SHORT = 8;

/** The start of a long hash or id; the whole is shown on hover and can be copied. */
export function Hash({ value, name }: { value: string; name: string }) {
  const text = useUiText();
  const [copied, setCopied] = useState(false);
  const copy = () => {
    void navigator.clipboard.writeText(value).then(() => {
      setCopied(true);
      setTimeout(() => setCopied(false), 1500);
    });
  };
  return (
    <span style={{ display: "inline-flex", alignItems: "center", gap: 2, whiteSpace: "nowrap" }}>
      <Tooltip title={<code>{value}</code>} styles={{ root: { maxWidth: 560 } }}>
        <code>{value.slice(0, SHORT)}</code>
      </Tooltip>
      <Button
        type="text"
        size="small"
        onClick={copy}
        aria-label={`${copied ? text.copied : text.copy} ${name}`}
        icon={
          copied ? (
            <CheckOutlined style={{ color: "var(--hk-good)", fontSize: 12 }} />
          ) : (
            <CopyOutlined style={{ color: "var(--hk-text-secondary)", fontSize: 12 }} />
          )
        }
      />
    </span>
  );
}
