import { Button, Input } from "antd";
import { useState } from "react";

import styles from "./quality.module.css";
import { useRenumberings, type RenumberedKind } from "./qualityQuery";
import { useRenumberingText } from "./renumberingText";
import { useMay } from "@/shared/api/session";
import { formatCount } from "@/shared/format/figures";
import { Panel } from "@/shared/ui/Panel";
import { RadioSwitch } from "@/shared/ui/RadioSwitch";

const COUNTS = 6; // days and kinds that are summed up, the latest first
const KINDS: RenumberedKind[] = ["institution", "party", "note"];

/** Which keys changed at a merger, and what became of one? Nothing where none ever did. */
export function RenumberingsPanel() {
  return useMay("rejects.read") ? <Keys /> : null;
}

function Keys() {
  const text = useRenumberingText();
  const [kind, setKind] = useState<RenumberedKind>("institution");
  const [key, setKey] = useState("");
  const found = useRenumberings(kind, key);
  const pages = found.data?.pages ?? [];
  const counts = pages[0]?.counts ?? [];
  const items = pages.flatMap((page) => page.items);
  if (counts.length === 0) return null;
  return (
    <Panel title={text.title}>
      <div className={styles["actions"]}>
        <RadioSwitch
          label={text.kind}
          value={kind}
          options={KINDS.map((one) => ({ value: one, label: text.kinds[one] }))}
          onChange={setKind}
        />
        <Input.Search aria-label={text.find} placeholder={text.find} allowClear maxLength={64} onSearch={(value) => setKey(value.trim())} />
      </div>
      <p className={styles["quiet"]}>
        {counts
          .slice(0, COUNTS)
          .map((one) => text.count(one.effective_on, text.kinds[one.kind], formatCount(one.keys), one.in_force))
          .join(text.stop)}
      </p>
      <table className={styles["table"]}>
        <caption className="visually-hidden">{text.title}</caption>
        <thead>
          <tr>
            <th scope="col">{text.former}</th>
            <th scope="col">{text.became}</th>
            <th scope="col">{text.from}</th>
            <th scope="col">{text.now}</th>
          </tr>
        </thead>
        <tbody>
          {items.map((one) => (
            <tr key={one.old_key}>
              <th scope="row">{one.old_key}</th>
              <td>{one.new_key}</td>
              <td>{one.effective_on}</td>
              <td>{one.now_key === "" ? <span className={styles["quiet"]}>{text.coming}</span> : one.now_key}</td>
            </tr>
          ))}
          {items.length === 0 && (
            <tr>
              <td colSpan={4} className={styles["quiet"]}>{text.none}</td>
            </tr>
          )}
        </tbody>
      </table>
      {found.hasNextPage && (
        <Button type="link" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>{text.more}</Button>
      )}
    </Panel>
  );
}
