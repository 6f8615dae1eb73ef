import { MenuFoldOutlined, MenuUnfoldOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { Button, Tooltip } from "antd";
import { useState } from "react";

import styles from "./Frame.module.css";
import type { NavGroup, NavItem } from "./navigation";
import { useFrameText } from "../text";
import { Logo } from "@/shared/ui/Logo";

const STORAGE_KEY = "huikuan.navigation";

/** Navigation by job; folds to icons and remembers it. */
export function SideNav({ groups }: { groups: NavGroup[] }) {
  const text = useFrameText();
  const [collapsed, setCollapsed] = useState(() => localStorage.getItem(STORAGE_KEY) === "collapsed");
  const toggle = () => {
    localStorage.setItem(STORAGE_KEY, collapsed ? "open" : "collapsed");
    setCollapsed(!collapsed);
  };
  return (
    <nav className={`${styles["nav"]} ${collapsed ? styles["collapsed"] : ""}`} aria-label={text.navigation}>
      <div className={styles["brand"]}>
        <Logo size={26} />
        {!collapsed && (
          <span>
            回款 <span className={styles["latin"]}>Huikuan</span>
          </span>
        )}
      </div>
      <div className={styles["groups"]}>
        {groups.map((group) => (
          <section key={group.label} className={styles["group"]}>
            <h2 className={styles["groupLabel"]}>{group.label}</h2>
            <ul>
              {group.items.map((item) => (
                <li key={item.to}>
                  <NavLink item={item} collapsed={collapsed} />
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
      <div className={styles["fold"]}>
        <Button
          type="text"
          onClick={toggle}
          aria-label={collapsed ? text.expand : text.collapse}
          aria-expanded={!collapsed}
          icon={collapsed ? <MenuUnfoldOutlined /> : <MenuFoldOutlined />}
        />
      </div>
    </nav>
  );
}

function NavLink({ item, collapsed }: { item: NavItem; collapsed: boolean }) {
  const link = (
    <Link to={item.to} search={{}} className={styles["link"]} aria-label={collapsed ? item.label : undefined}>
      {item.icon}
      {!collapsed && <span>{item.label}</span>}
    </Link>
  );
  return collapsed ? (
    <Tooltip title={item.label} placement="right">
      {link}
    </Tooltip>
  ) : (
    link
  );
}
