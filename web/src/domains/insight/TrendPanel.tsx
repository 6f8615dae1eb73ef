import { useMemo } from "react";

import { rateLinesOption } from "./chartOptions";
import { currencyOf } from "./KeyFigures";
import { useInsightText } from "./text";
import type { Overview } from "@/shared/api/shapes";
import { ChartPanel } from "@/shared/charts/ChartPanel";
import { formatCount, formatRate } from "@/shared/format/figures";
import { inUnit, moneyUnit, plainMoney } from "@/shared/format/money";
import { useLanguage } from "@/shared/i18n/text";
import { useTheme } from "@/shared/theme/theme";
import { TOKENS, type ThemeName } from "@/shared/theme/tokens";
import { Definition } from "@/shared/ui/Definition";

const HEIGHT = 284;

/** Two categories, by Okabe and Ito: told apart also by colour-blind readers, and by dashes. */
const LINE_COLOURS: Record<ThemeName, { regulatory: string; management: string }> = {
  light: { regulatory: "#0072b2", management: "#d55e00" },
  dark: { regulatory: "#56b4e9", management: "#e69f00" },
};

function useTrendOption(overview: Overview) {
  const text = useInsightText();
  const { name: theme } = useTheme();
  const { trend } = overview;
  return useMemo(() => {
    const colours = LINE_COLOURS[theme];
    const dates = trend.map((point) => point.business_date);
    const lines = [
      { name: text.management, colour: colours.management, dashed: true, ppm: trend.map((p) => p.management_ppm) },
      { name: text.regulatory, colour: colours.regulatory, dashed: false, ppm: trend.map((p) => p.regulatory_ppm) },
    ];
    return rateLinesOption(dates, lines, TOKENS[theme]);
  }, [trend, text, theme]);
}

/** Both overdue rates over the published business dates. */
export function TrendPanel({ overview }: { overview: Overview }) {
  const text = useInsightText();
  const { language } = useLanguage();
  const option = useTrendOption(overview);
  const currency = currencyOf(overview);
  const { trend } = overview;
  const last = trend.at(-1);
  const unit = moneyUnit(Math.max(0, ...trend.map((point) => point.balance_minor)), currency, language);
  return (
    <ChartPanel
      title={text.trendTitle}
      note={trend[0] !== undefined && text.trendNote(trend[0].business_date)}
      definition={<Definition name={text.trendTitle}>{text.trendDefinition}</Definition>}
      option={option}
      height={HEIGHT}
      summary={text.trendSummary(
        last?.business_date ?? "–",
        formatRate(last?.regulatory_ppm ?? null),
        formatRate(last?.management_ppm ?? null),
      )}
      columns={[
        { title: text.date },
        { title: text.regulatory, figure: true },
        { title: text.management, figure: true },
        { title: text.overdueCount, figure: true },
        { title: text.balanceIn(unit.label), figure: true },
      ]}
      rows={trend.toReversed().map((point) => [
        point.business_date,
        formatRate(point.regulatory_ppm),
        formatRate(point.management_ppm),
        formatCount(point.overdue_notes),
        inUnit(point.balance_minor, unit),
      ])}
      csv={{
        name: `huikuan-trend-${overview.business_date}`,
        header: ["business_date", "regulatory_ppm", "management_ppm", "overdue_notes", `balance_${overview.currency}`],
        rows: trend.map((point) => [
          point.business_date,
          point.regulatory_ppm,
          point.management_ppm,
          point.overdue_notes,
          plainMoney(point.balance_minor, currency),
        ]),
      }}
    />
  );
}
