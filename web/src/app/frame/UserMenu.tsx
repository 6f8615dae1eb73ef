import { LogoutOutlined, UserOutlined } from "@ant-design/icons";
import { Button, Dropdown } from "antd";

import { useFrameText } from "../text";
import { useLogout } from "@/domains/kernel/session";
import { useUser } from "@/shared/api/session";
import { localName } from "@/shared/i18n/language";
import { useLanguage } from "@/shared/i18n/text";

/** Who is logged in, in which roles and where; log-out. */
export function UserMenu() {
  const text = useFrameText();
  const { language } = useLanguage();
  const user = useUser();
  const logout = useLogout();
  const roles = user.roles.map((role) => text.roles[role] ?? role).join(language === "zh" ? "、" : ", ");
  return (
    <Dropdown
      trigger={["click"]}
      placement="bottomRight"
      menu={{
        items: [
          {
            key: "who",
            disabled: true,
            style: { cursor: "default" },
            label: (
              <div style={{ color: "var(--hk-text)", lineHeight: 1.5 }}>
                <div style={{ fontWeight: 600 }}>{user.display_name}</div>
                <div style={{ color: "var(--hk-text-secondary)", fontSize: 12 }}>
                  {roles} · {localName(language, user.institution ?? user.bank)}
                </div>
              </div>
            ),
          },
          { type: "divider" },
          { key: "logout", icon: <LogoutOutlined />, label: text.logout, onClick: () => logout.mutate() },
        ],
      }}
    >
      <Button type="text" aria-label={`${text.userMenu}: ${user.display_name}`} icon={<UserOutlined />}>
        {user.display_name}
      </Button>
    </Dropdown>
  );
}
