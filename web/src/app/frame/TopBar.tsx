import { QuestionCircleOutlined } from "@ant-design/icons";
import { useLocation, useNavigate } from "@tanstack/react-router";
import { Button, Tooltip } from "antd";

import styles from "./Frame.module.css";
import { InstitutionSwitch } from "./InstitutionSwitch";
import { NightState } from "./NightState";
import { LanguageButton, ThemeButton } from "./Preferences";
import { UserMenu } from "./UserMenu";
import { useFrameText } from "../text";
import { SearchBox } from "@/domains/portfolio/search/SearchBox";
import { useMay, useUser } from "@/shared/api/session";
import { localName } from "@/shared/i18n/language";
import { useLanguage } from "@/shared/i18n/text";

/** Whose figures, of which date, and the user's own switches. */
export function TopBar({ onHelp }: { onHelp: () => void }) {
  const text = useFrameText();
  const { language } = useLanguage();
  const { bank } = useUser();
  const navigate = useNavigate();
  const maySearch = useMay("party.read");
  const scoped = useLocation({ select: (location) => location.pathname === "/overview" });
  return (
    <header className={styles["top"]}>
      <span className={styles["bank"]}>{localName(language, bank)}</span>
      {scoped && (
        <>
          <span className={styles["slash"]} aria-hidden>
            /
          </span>
          <InstitutionSwitch />
        </>
      )}
      <span className={styles["spacer"]} />
      {maySearch && (
        <SearchBox
          onOpen={(hit) =>
            void navigate({
              to: "/parties/$partyId",
              params: { partyId: hit.party_id },
              search: hit.note_id === null ? {} : { note: hit.note_id },
            })
          }
        />
      )}
      <NightState />
      <div className={styles["tools"]}>
        <LanguageButton />
        <ThemeButton />
        <Tooltip title={`${text.help} (?)`}>
          <Button type="text" aria-label={text.help} icon={<QuestionCircleOutlined />} onClick={onHelp} />
        </Tooltip>
        <UserMenu />
      </div>
    </header>
  );
}
