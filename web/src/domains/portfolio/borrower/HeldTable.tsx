import { Tooltip } from "antd";

import styles from "./BorrowerPage.module.css";
import { useOverallText } from "./overallText";
import { PartyLink, Quiet, Table, useAmount, useUnit } from "./parts";
import type { Exposure } from "./shapes";

interface HeldTableProps {
  exposure: Exposure;
  direction: "given" | "received";
}

/** Guarantees with what they still cover of what is owed. */
export function HeldTable({ exposure, direction }: HeldTableProps) {
  const text = useOverallText();
  const amount = useAmount();
  const unit = useUnit();
  const rows = direction === "given" ? exposure.guarantees_given : exposure.guarantees_received;
  const delivered = exposure.feeds.find((feed) => feed.feed === "guarantee")?.delivered_on ?? null;
  const none = direction === "given" ? text.givenNone : text.receivedNone;
  const figure = (name: string) => ({ name, figure: true });
  const head = [
    { name: direction === "given" ? text.borrower : text.guarantor }, { name: text.contract }, { name: text.liability },
    figure(text.amount), figure(text.owedUnder), figure(text.covered), figure(text.coveredDue), { name: text.standing },
  ];
  return (
    <section>
      <h2>
        {text[direction]}{" "}
        {delivered !== null && <span className={styles["sub"]}>{`${text.feedOn(delivered)} · ${unit}`}</span>}
      </h2>
      {rows.length === 0 ? (
        <Quiet>{delivered === null ? text.feedNone(text.feedGuarantee) : none}</Quiet>
      ) : (
        <Table caption={text[direction]} head={head}>
          {rows.map((row) => (
            <tr key={row.guarantee_id}>
              <th scope="row" className={styles["wrap"]}>
                <PartyLink party={direction === "given" ? row.borrower : row.guarantor} here={exposure.party_id} />
              </th>
              <td>{row.contract_id}</td>
              <td>
                {text.liabilities[row.liability]} {row.maximum_amount && <span className={styles["tag"]}>{text.maximum}</span>}
              </td>
              <td className={styles["figure"]}>{amount(row.amount_minor)}</td>
              <td className={styles["figure"]}>{amount(row.owed_minor)}</td>
              <td className={styles["figure"]}>{amount(row.covered_minor)}</td>
              <td className={styles["figure"]}>{amount(row.covered_due_minor)}</td>
              <td>
                {text.standings[row.standing]}
                {direction === "given" && !row.counted && row.covered_minor > 0 && (
                  <Tooltip title={text.notCountedWhy}>
                    {" "}<span className={styles["tag"]}>{text.notCounted}</span>
                  </Tooltip>
                )}
              </td>
            </tr>
          ))}
        </Table>
      )}
    </section>
  );
}
