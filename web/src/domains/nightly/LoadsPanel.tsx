import { CheckOutlined, WarningFilled } from "@ant-design/icons";
import { Tooltip } from "antd";

import styles from "./NightsPage.module.css";
import { useRequestText } from "./requestText";
import { useNightsText } from "./text";
import type { NightDetail } from "@/shared/api/shapes";
import { formatCount } from "@/shared/format/figures";
import { Hash } from "@/shared/ui/Hash";
import { Panel } from "@/shared/ui/Panel";

type Load = NightDetail["loads"][number];

/** The delivered files: rows, what was accepted, and whether the sender's totals agree with ours. */
export function LoadsPanel({ night }: { night: NightDetail }) {
  const text = useNightsText();
  const request = useRequestText();
  const feed = (name: string) => text.feeds[name] ?? name;
  const remarks = [
    night.absent.length > 0 ? request.absent(night.absent.map(feed)) : "",
    ...night.carried.map((one) => request.carried(feed(one.feed), formatCount(one.rows))),
    (night.stale_notes ?? 0) > 0 ? request.stale(formatCount(night.stale_notes ?? 0)) : "",
  ].filter((remark) => remark !== "");
  return (
    <Panel title={text.loads}>
      {remarks.map((remark) => (
        <p key={remark} className={styles["quiet"]}>{remark}</p>
      ))}
      {night.loads.length === 0 ? <p className={styles["quiet"]}>{request.noLoads}</p> : <LoadTable night={night} />}
    </Panel>
  );
}

function LoadTable({ night }: { night: NightDetail }) {
  const text = useNightsText();
  return (
    <div className={styles["scroll"]}>
      <table className={styles["table"]}>
        <caption className="visually-hidden">{text.loads}</caption>
        <thead>
          <tr>
            <th scope="col">{text.feed}</th>
            <th scope="col">{text.file}</th>
            <th scope="col" className={styles["figure"]}>{text.rows}</th>
            <th scope="col" className={styles["figure"]}>{text.accepted}</th>
            <th scope="col" className={styles["figure"]}>{text.rejected}</th>
            <th scope="col">{text.control}</th>
            <th scope="col">{text.sha256}</th>
          </tr>
        </thead>
        <tbody>
          {night.loads.map((load) => (
            <LoadRow key={load.feed} load={load} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function LoadRow({ load }: { load: Load }) {
  const text = useNightsText();
  return (
    <tr>
      <th scope="row">{text.feeds[load.feed] ?? load.feed}</th>
      <td>
        <code>{load.file}</code>
      </td>
      <td className={styles["figure"]}>{formatCount(load.rows)}</td>
      <td className={styles["figure"]}>{formatCount(load.accepted)}</td>
      <td className={`${styles["figure"]} ${load.rejected > 0 ? styles["rejected"] : ""}`}>
        {formatCount(load.rejected)}
      </td>
      <td>
        <ControlTotals control={load.control} />
      </td>
      <td>
        <Hash value={load.sha256} name={`${text.sha256} ${load.file}`} />
      </td>
    </tr>
  );
}

function ControlTotals({ control }: { control: Load["control"] }) {
  const text = useNightsText();
  if (control.every((total) => total.stated === "")) return <span className={styles["quiet"]}>{text.controlNone}</span>;
  const bad = control.filter((total) => !total.ok);
  const lines = control.map((total) => (
    <div key={total.name}>{text.controlLine(total.name, total.stated, total.counted)}</div>
  ));
  return (
    <Tooltip title={lines} styles={{ root: { maxWidth: 480 } }}>
      <span tabIndex={0} className={bad.length > 0 ? styles["warnText"] : undefined}>
        {bad.length > 0 ? <WarningFilled aria-hidden /> : <CheckOutlined aria-hidden />}{" "}
        {bad.length > 0 ? text.controlBad(bad.length) : text.controlOk(control.length)}
      </span>
    </Tooltip>
  );
}
