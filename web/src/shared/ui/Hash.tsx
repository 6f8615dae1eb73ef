import { Tooltip } from "antd";

import { CopyButton } from "./CopyButton";

/** How many characters of a hash or id tell it apart on a screen. */
const SHORT = 8;

/** The start of a long hash or id; the whole is shown on hover and can be copied. */
export function Hash({ value, name }: { value: string; name: string }) {
  return (
    <span style={{ display: "inline-flex", alignItems: "center", gap: 2, whiteSpace: "nowrap" }}>
      <Tooltip title={<code>{value}</code>} styles={{ root: { maxWidth: 560 } }}>
        <code>{value.slice(0, SHORT)}</code>
      </Tooltip>
      <CopyButton value={value} name={name} small />
    </span>
  );
}
