import { InfoCircleOutlined } from "@ant-design/icons";
import { Button, Popover } from "antd";
import type { ReactNode } from "react";

import { useUiText } from "./text";

interface DefinitionProps {
  name: string;
  children: ReactNode;
}

/** The ⓘ beside a figure: how it is defined. Opens by pointer, by click and by keyboard. */
export function Definition({ name, children }: DefinitionProps) {
  const text = useUiText();
  return (
    <Popover
      trigger={["hover", "click"]}
      placement="bottom"
      title={name}
      content={<div style={{ maxWidth: 340, lineHeight: 1.6 }}>{children}</div>}
    >
      <Button
        type="text"
        size="small"
        aria-label={text.definitionOf(name)}
        icon={<InfoCircleOutlined style={{ color: "var(--hk-text-secondary)", fontSize: 13 }} />}
      />
    </Popover>
  );
}
