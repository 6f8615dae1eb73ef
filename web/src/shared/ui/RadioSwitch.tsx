import { Segmented } from "antd";
import type { ReactNode } from "react";

interface RadioSwitchProps<T extends string> {
  label: string;
  value: T;
  options: { value: T; label: ReactNode }[];
  onChange: (value: T) => void;
}

/** A small switch between a few views, named for assistive technology. */
export function RadioSwitch<T extends string>({ label, value, options, onChange }: RadioSwitchProps<T>) {
  return <Segmented<T> size="small" aria-label={label} value={value} options={options} onChange={onChange} />;
}
