import { App as AntApp, ConfigProvider, theme as antTheme, type ThemeConfig } from "antd";
import enGB from "antd/locale/en_GB";
import zhCN from "antd/locale/zh_CN";
import "dayjs/locale/en-gb";
import "dayjs/locale/zh-cn";
import { createContext, useContext, useEffect, useLayoutEffect, useMemo, useState, type ReactNode } from "react";

import { FONT_FAMILY, TOKENS, tokenVariable, type ThemeName } from "./tokens";
import { useLanguage } from "@/shared/i18n/text";

export type ThemeChoice = ThemeName | "system";

interface ThemeState {
  choice: ThemeChoice;
  name: ThemeName;
  setChoice: (choice: ThemeChoice) => void;
}

const STORAGE_KEY = "huikuan.theme";
const ThemeContext = createContext<ThemeState>({
  choice: "system",
  name: "light",
  setChoice: () => undefined,
});

/** The theme in force and the way to change it. */
export function useTheme(): ThemeState {
  return useContext(ThemeContext);
}

function storedChoice(): ThemeChoice {
  const stored = localStorage.getItem(STORAGE_KEY);
  return stored === "light" || stored === "dark" ? stored : "system";
}

function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => window.matchMedia(query).matches);
  useEffect(() => {
    const media = window.matchMedia(query);
    const update = () => setMatches(media.matches);
    media.addEventListener("change", update);
    return () => media.removeEventListener("change", update);
  }, [query]);
  return matches;
}

function antConfig(name: ThemeName, calm: boolean): ThemeConfig {
  const t = TOKENS[name];
  return {
    algorithm: name === "dark" ? antTheme.darkAlgorithm : antTheme.defaultAlgorithm,
    token: {
      colorPrimary: name === "dark" ? "#62b0f4" : t.accent,
      colorLink: t.accent,
      colorBgLayout: t.page,
      colorBgContainer: t.surface,
      colorBgElevated: name === "dark" ? "#1e242d" : "#ffffff",
      colorBorder: t.lineStrong,
      colorBorderSecondary: t.line,
      colorText: t.text,
      colorTextSecondary: t.textSecondary,
      colorTextTertiary: t.textSecondary,
      colorTextDescription: t.textSecondary,
      colorTextPlaceholder: t.placeholder,
      colorError: name === "dark" ? "#e5675c" : t.bad,
      colorErrorBg: t.badSoft,
      colorErrorBorder: t.line,
      colorWarningBg: t.warnSoft,
      colorWarningBorder: t.line,
      colorInfoBg: t.accentSoft,
      colorInfoBorder: t.line,
      borderRadius: 6,
      fontSize: 14,
      fontFamily: FONT_FAMILY,
      motion: !calm,
    },
    components: {
      Table: { headerBg: t.sunken, headerColor: t.textSecondary, cellPaddingBlockSM: 6, headerSplitColor: "transparent" },
      Segmented: { itemColor: t.textSecondary, trackBg: t.sunken },
      Button: { primaryColor: name === "dark" ? "#08121c" : "#ffffff" },
      Tooltip: { colorBgSpotlight: name === "dark" ? "#2c3541" : "#1b2430" },
    },
  };
}

function applyVariables(name: ThemeName): void {
  const root = document.documentElement;
  root.dataset["theme"] = name;
  root.style.colorScheme = name;
  root.style.setProperty("--hk-font", FONT_FAMILY);
  for (const [token, value] of Object.entries(TOKENS[name])) {
    root.style.setProperty(tokenVariable(token), String(value));
  }
}

/** Where a popup goes: into the landmark of what opened it; at the end of the page it would stand outside of all of them. */
function popupContainer(trigger?: HTMLElement): HTMLElement {
  return trigger?.closest<HTMLElement>("main, header") ?? document.body;
}

/** Gives antd and our own style sheets the same tokens; follows the system until the user chooses. */
export function ThemeProvider({ children }: { children: ReactNode }) {
  const { language } = useLanguage();
  const [choice, setChoice] = useState<ThemeChoice>(storedChoice);
  const systemDark = useMedia("(prefers-color-scheme: dark)");
  const calm = useMedia("(prefers-reduced-motion: reduce)");
  const name: ThemeName = choice === "system" ? (systemDark ? "dark" : "light") : choice;
  useLayoutEffect(() => applyVariables(name), [name]);

  const state = useMemo<ThemeState>(
    () => ({
      choice,
      name,
      setChoice: (next) => {
        localStorage.setItem(STORAGE_KEY, next);
        setChoice(next);
      },
    }),
    [choice, name],
  );
  return (
    <ThemeContext value={state}>
      <ConfigProvider
        theme={antConfig(name, calm)}
        locale={language === "zh" ? zhCN : enGB}
        button={{ autoInsertSpace: false }}
        getPopupContainer={popupContainer}
      >
        <AntApp component={false}>{children}</AntApp>
      </ConfigProvider>
    </ThemeContext>
  );
}
