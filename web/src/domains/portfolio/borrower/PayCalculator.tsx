import { CalculatorOutlined } from "@ant-design/icons";
import { Button, Input, Select } from "antd";
import { useState, type FormEvent } from "react";

import styles from "./BorrowerPage.module.css";
import { usePayPreview } from "./borrowerQuery";
import { useOverallText } from "./overallText";
import { Quiet, useUnit } from "./parts";
import { PayPreview } from "./PayPreview";
import type { BorrowerSearch } from "./search";
import type { Exposure } from "./shapes";
import { useCurrency } from "@/shared/api/session";
import { minorOf, plainMoney } from "@/shared/format/money";
import { ErrorState } from "@/shared/ui/states";

interface PayCalculatorProps {
  exposure: Exposure;
  search: BorrowerSearch;
  onSearch: (change: Partial<BorrowerSearch>) => void;
}

/** If so much is paid: for which note, and for which part of it? Amount and designation stand in the address. */
export function PayCalculator({ exposure, search, onSearch }: PayCalculatorProps) {
  const text = useOverallText();
  const currency = useCurrency();
  const unit = useUnit();
  const [amount, setAmount] = useState(search.pay ?? "");
  const [wrong, setWrong] = useState(false);
  const minor = search.pay === undefined ? null : minorOf(search.pay, currency);
  const preview = usePayPreview(exposure.party_id, minor, search.pay_for);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const typed = minorOf(amount, currency);
    setWrong(typed === null);
    if (typed !== null) onSearch({ pay: plainMoney(typed, currency) });
  };
  const options = [
    { value: "", label: text.payLaw },
    ...exposure.notes.map((debt) => ({ value: debt.note_id, label: text.payNote(debt.note_id) })),
  ];
  return (
    <section aria-label={text.pay}>
      <h2>
        {text.pay} <span className={styles["sub"]}>{text.payOnly}</span>
      </h2>
      <form className={styles["pay"]} onSubmit={submit}>
        <Input
          aria-label={text.payAmount}
          aria-invalid={wrong}
          inputMode="decimal"
          placeholder={text.payAmount}
          suffix={unit}
          status={wrong ? "error" : ""}
          value={amount}
          onChange={(event) => setAmount(event.target.value)}
          style={{ width: 190 }}
        />
        <Select
          aria-label={text.payFor}
          value={search.pay_for ?? ""}
          options={options}
          onChange={(note: string) => onSearch({ pay_for: note === "" ? undefined : note })}
          style={{ minWidth: 240 }}
          showSearch={exposure.notes.length > 8}
        />
        <Button htmlType="submit" icon={<CalculatorOutlined />} loading={preview.isFetching}>
          {text.payGo}
        </Button>
      </form>
      {wrong && <p className={styles["bad"]} role="alert">{text.payWrong(currency.minorDigits)}</p>}
      {preview.isError && <ErrorState error={preview.error} onRetry={() => void preview.refetch()} />}
      {preview.data !== undefined && <PayPreview preview={preview.data} />}
      {exposure.notes.length === 0 && <Quiet>{text.nothing}</Quiet>}
    </section>
  );
}
