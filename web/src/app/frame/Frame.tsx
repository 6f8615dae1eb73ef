import { Outlet, useNavigate } from "@tanstack/react-router";
import { useState } from "react";

import styles from "./Frame.module.css";
import { HelpDialog } from "./HelpDialog";
import { useNavigation } from "./navigation";
import { Notices } from "./Notices";
import { SideNav } from "./SideNav";
import { TopBar } from "./TopBar";
import { useFrameText } from "../text";
import { useShortcuts, type Shortcuts } from "@/shared/keyboard/shortcuts";
import { EmptyState } from "@/shared/ui/states";

/** What stands around every page: navigation, scope, state of the night, notices, keyboard. */
export function Frame() {
  const text = useFrameText();
  const groups = useNavigation();
  const navigate = useNavigate();
  const [help, setHelp] = useState(false);

  const shortcuts: Shortcuts = { "?": () => setHelp(true) };
  for (const item of groups.flatMap((group) => group.items)) {
    shortcuts[`g ${item.key}`] = () => void navigate({ to: item.to, search: {} });
  }
  useShortcuts(shortcuts);

  return (
    <div className={styles["frame"]}>
      <a className={styles["skip"]} href="#main">
        {text.skip}
      </a>
      <SideNav groups={groups} />
      <div className={styles["column"]}>
        <TopBar onHelp={() => setHelp(true)} />
        <Notices />
        <main id="main" className={styles["main"]} tabIndex={-1}>
          {groups.length === 0 ? (
            <EmptyState title={text.noPermissionTitle}>{text.noPermission}</EmptyState>
          ) : (
            <Outlet />
          )}
        </main>
      </div>
      <HelpDialog open={help} onClose={() => setHelp(false)} />
    </div>
  );
}
