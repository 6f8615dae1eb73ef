import { Modal } from "antd";

import styles from "./Frame.module.css";
import { useFrameText } from "../text";

/** All keys of the product on one card. */
export function HelpDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const text = useFrameText();
  const rows: { keys: string[]; what: string }[] = [
    { keys: ["g", "i"], what: text.helpKeys.overview },
    { keys: ["g", "l"], what: text.helpKeys.loans },
    { keys: ["g", "m"], what: text.helpKeys.monthlyRoll },
    { keys: ["g", "n"], what: text.helpKeys.nights },
    { keys: ["g", "e"], what: text.helpKeys.exports },
    { keys: ["g", "r"], what: text.helpKeys.reconciliation },
    { keys: ["g", "d"], what: text.helpKeys.dataQuality },
    { keys: ["g", "f"], what: text.helpKeys.conflicts },
    { keys: ["g", "p"], what: text.helpKeys.products },
    { keys: ["/"], what: text.helpKeys.search },
    { keys: ["j"], what: text.helpKeys.next },
    { keys: ["k"], what: text.helpKeys.previous },
    { keys: ["x"], what: text.helpKeys.select },
    { keys: ["t"], what: text.helpKeys.tag },
    { keys: ["f"], what: text.helpKeys.filter },
    { keys: ["e"], what: text.helpKeys.explain },
    { keys: ["?"], what: text.helpKeys.help },
    { keys: ["Esc"], what: text.helpKeys.close },
  ];
  return (
    <Modal open={open} onCancel={onClose} footer={null} title={text.help} width={420}>
      <table className={styles["keys"]}>
        <tbody>
          {rows.map((row) => (
            <tr key={row.what}>
              <td>{row.what}</td>
              <td>
                {row.keys.map((key, index) => (
                  <span key={key}>
                    {index > 0 && ` ${text.then} `}
                    <kbd>{key}</kbd>
                  </span>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Modal>
  );
}
