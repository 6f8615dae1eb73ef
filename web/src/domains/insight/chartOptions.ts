import type { ChartOption } from "@/shared/charts/Chart";
import { FONT_FAMILY as FONT, type Tokens } from "@/shared/theme/tokens";

export interface Bar {
  name: string;
  minor: number;
  label: string;
  hint: string;
  colour: string;
}

function tooltipStyle(tokens: Tokens) {
  return {
    confine: true,
    backgroundColor: tokens.surface,
    borderColor: tokens.lineStrong,
    textStyle: { color: tokens.text, fontSize: 12, fontFamily: FONT },
  };
}

function axisText(tokens: Tokens) {
  return { color: tokens.textSecondary, fontSize: 12, fontFamily: FONT };
}

/** Bars from a zero base with their figures on them, so that no value axis is needed. */
export function barOption(bars: Bar[], exponent: number, tokens: Tokens): ChartOption {
  const divisor = 10 ** exponent;
  return {
    aria: { enabled: false },
    grid: { left: 4, right: 4, top: 24, bottom: 24 },
    tooltip: {
      ...tooltipStyle(tokens),
      trigger: "item",
      formatter: (point: { dataIndex: number }) => bars[point.dataIndex]?.hint ?? "",
    },
    xAxis: {
      type: "category",
      data: bars.map((bar) => bar.name),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: tokens.lineStrong } },
      axisLabel: axisText(tokens),
    },
    yAxis: { type: "value", min: 0, show: false },
    series: [
      {
        type: "bar",
        barMaxWidth: 56,
        barCategoryGap: "32%",
        data: bars.map((bar) => ({
          value: bar.minor / divisor,
          itemStyle: { color: bar.colour, borderRadius: [3, 3, 0, 0] },
        })),
        label: {
          show: true,
          position: "top",
          color: tokens.text,
          fontSize: 12,
          fontFamily: FONT,
          formatter: (point: { dataIndex: number }) => bars[point.dataIndex]?.label ?? "",
        },
      },
    ],
  };
}

export interface Line {
  name: string;
  colour: string;
  dashed: boolean;
  /** Parts per million by date; null leaves a gap. */
  ppm: (number | null)[];
}

/** Lines of rates in percent with their names at their ends instead of a legend. */
export function rateLinesOption(dates: string[], lines: Line[], tokens: Tokens): ChartOption {
  return {
    aria: { enabled: false },
    grid: { left: 40, right: 92, top: 20, bottom: 24 },
    tooltip: {
      ...tooltipStyle(tokens),
      trigger: "axis",
      axisPointer: { lineStyle: { color: tokens.lineStrong } },
      valueFormatter: (value: unknown) => (typeof value === "number" ? `${value.toFixed(2)}%` : "–"),
    },
    xAxis: {
      type: "category",
      boundaryGap: false,
      data: dates,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: tokens.lineStrong } },
      axisLabel: { ...axisText(tokens), formatter: (date: string) => date.slice(5), hideOverlap: true },
    },
    yAxis: {
      type: "value",
      min: 0,
      splitNumber: 4,
      axisLabel: { ...axisText(tokens), formatter: "{value}%" },
      splitLine: { lineStyle: { color: tokens.line } },
    },
    series: lines.map((line, place) => lineSeries(line, labelShift(lines, place), tokens)),
  };
}

/** Two lines of text and the height of the plot, in pixels: what decides if two labels at the ends would touch. */
const LABEL_HEIGHT = 34;
const PLOT_HEIGHT = 220;

/** Pixels by which a label moves off the other, downwards if positive; the lower one gives way unless it is near the base. */
export function labelShift(lines: Line[], place: number): number {
  const own = lines[place]?.ppm.at(-1) ?? null;
  const other = lines[1 - place]?.ppm.at(-1) ?? null;
  if (own === null || other === null) return 0;
  const highest = Math.max(1, ...lines.flatMap((line) => line.ppm.map((ppm) => ppm ?? 0)));
  const missing = LABEL_HEIGHT - (Math.abs(own - other) / highest) * PLOT_HEIGHT;
  if (missing <= 0) return 0;
  const upper = own > other || (own === other && place === 0);
  const lowerMoves = Math.min(own, other) > highest / 3;
  return upper ? (lowerMoves ? 0 : -missing) : lowerMoves ? missing : 0;
}

function lineSeries(line: Line, shift: number, tokens: Tokens) {
  return {
    type: "line",
    name: line.name,
    data: line.ppm.map((ppm) => (ppm === null ? null : ppm / 10_000)),
    showSymbol: line.ppm.length < 3,
    symbolSize: 6,
    lineStyle: { width: 2, type: line.dashed ? "dashed" : "solid", color: line.colour },
    itemStyle: { color: line.colour },
    endLabel: {
      show: true,
      color: tokens.text,
      fontSize: 12,
      fontFamily: FONT,
      lineHeight: 16,
      offset: [0, shift],
      formatter: ({ value }: { value: number }) => `${line.name}\n${value.toFixed(2)}%`,
    },
  };
}
