import { BulbOutlined, DesktopOutlined, MoonOutlined, SunOutlined } from "@ant-design/icons";
import { Button, Dropdown } from "antd";

import { useFrameText } from "../text";
import { useLanguage } from "@/shared/i18n/text";
import { useTheme, type ThemeChoice } from "@/shared/theme/theme";

/** Switches between Chinese and English. */
export function LanguageButton() {
  const text = useFrameText();
  const { language, setLanguage } = useLanguage();
  return (
    <Button
      type="text"
      aria-label={text.language}
      lang={language === "zh" ? "en" : "zh-CN"}
      onClick={() => setLanguage(language === "zh" ? "en" : "zh")}
    >
      {text.otherLanguage}
    </Button>
  );
}

/** Light, dark, or as the system. */
export function ThemeButton() {
  const text = useFrameText();
  const { choice, setChoice } = useTheme();
  return (
    <Dropdown
      trigger={["click"]}
      menu={{
        selectable: true,
        selectedKeys: [choice],
        onClick: ({ key }) => setChoice(key as ThemeChoice),
        items: [
          { key: "light", icon: <SunOutlined />, label: text.themeLight },
          { key: "dark", icon: <MoonOutlined />, label: text.themeDark },
          { key: "system", icon: <DesktopOutlined />, label: text.themeSystem },
        ],
      }}
    >
      <Button type="text" aria-label={text.theme} icon={<BulbOutlined />} />
    </Dropdown>
  );
}
