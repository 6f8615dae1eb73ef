import { linePoints } from "./bins";
import styles from "./quality.module.css";

interface SparklineProps {
  values: (number | null)[];
  /** What the line says, for who points at it and who listens. */
  label: string;
  width?: number;
}

const HEIGHT = 18;

/** A line as high as a word: how a figure went over the nights. */
export function Sparkline({ values, label, width = 90 }: SparklineProps) {
  const points = linePoints(values, width, HEIGHT);
  const last = points.slice(points.lastIndexOf(" ") + 1).split(",");
  return (
    <svg
      className={styles["spark"]}
      width={width + 6}
      height={HEIGHT + 6}
      viewBox={`-3 -3 ${width + 6} ${HEIGHT + 6}`}
      role="img"
      aria-label={label}
    >
      <title>{label}</title>
      <polyline points={points} />
      {points !== "" && <circle cx={last[0]} cy={last[1]} r={2} />}
    </svg>
  );
}
