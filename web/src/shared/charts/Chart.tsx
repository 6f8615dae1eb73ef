import type { EChartsCoreOption, EChartsType } from "echarts/core";
import { useEffect, useRef, type RefObject } from "react";

export type ChartOption = EChartsCoreOption;

/** What a chart's owner may ask of it. */
export interface ChartHandle {
  /** A PNG of the chart on the given background, as a data address. */
  png: (background: string) => string;
}

interface ChartProps {
  option: ChartOption;
  height: number;
  /** What the chart says, for those who do not see it; the same data is always offered as a table. */
  label: string;
  handle?: RefObject<ChartHandle | null>;
  onPick?: (name: string) => void;
}

/** An ECharts drawing. The library is loaded when the first chart appears; the box keeps its height meanwhile. */
export function Chart({ option, height, label, handle, onPick }: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);
  const latest = useRef({ option, onPick });

  useEffect(() => {
    latest.current = { option, onPick };
    chart.current?.setOption({ animation: false, ...option }, { notMerge: true });
  }, [option, onPick]);

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    let gone = false;
    const observer = new ResizeObserver(() => chart.current?.resize());
    void import("./echarts").then(({ init }) => {
      if (gone) return;
      const drawn = init(element);
      chart.current = drawn;
      drawn.setOption({ animation: false, ...latest.current.option });
      drawn.on("click", (event) => latest.current.onPick?.(String(event.name)));
      if (handle) handle.current = { png: (background) => pngOf(drawn, background) };
      observer.observe(element);
    });
    return () => {
      gone = true;
      observer.disconnect();
      chart.current?.dispose();
      chart.current = null;
      if (handle) handle.current = null;
    };
  }, [handle]);

  return <div ref={box} role="img" aria-label={label} style={{ height, width: "100%" }} />;
}

function pngOf(chart: EChartsType, background: string): string {
  return chart.getDataURL({ type: "png", pixelRatio: 2, backgroundColor: background });
}
