import { DatePicker, Select } from "antd";
import dayjs from "dayjs";

import styles from "./OverviewPage.module.css";
import type { OverviewProps } from "./search";
import { useInsightText } from "./text";
import type { Overview } from "@/shared/api/shapes";
import { useInstitutions, useProducts } from "@/shared/api/reference";
import { useUser } from "@/shared/api/session";
import { formatInstant } from "@/shared/format/dates";
import { localName } from "@/shared/i18n/language";
import { useLanguage } from "@/shared/i18n/text";

/** Title with scope and date, and the filters of the page. */
export function OverviewHead({ search, onSearch, overview }: OverviewProps & { overview: Overview | undefined }) {
  const text = useInsightText();
  const { bank } = useUser();
  const scope = useScopeName(search.institution);
  return (
    <div className={styles["head"]}>
      <div className={styles["heading"]}>
        <h1>
          {text.title}
          <span className={styles["dot"]}>·</span>
          {scope}
          {overview !== undefined && (
            <>
              <span className={styles["dot"]}>·</span>
              <span className="tabular">{text.asOf(overview.business_date)}</span>
            </>
          )}
        </h1>
        <div className={styles["known"]}>
          {overview === undefined ? "\u00a0" : text.known(formatInstant(overview.known_at, bank.time_zone))}
        </div>
      </div>
      <Filters search={search} onSearch={onSearch} overview={overview} />
    </div>
  );
}

function useScopeName(institution: number | undefined): string {
  const text = useInsightText();
  const { language } = useLanguage();
  const user = useUser();
  const institutions = useInstitutions();
  if (institution === undefined) return localName(language, user.institution ?? user.bank);
  const found = institutions.data?.find((item) => item.id === institution);
  if (found !== undefined) return localName(language, found);
  return institutions.isPending ? "…" : text.unknownInstitution;
}

function Filters({ search, onSearch, overview }: OverviewProps & { overview: Overview | undefined }) {
  const text = useInsightText();
  const { language } = useLanguage();
  const products = useProducts();
  const [first, last] = overview?.dates ?? [];
  const options = (products.data ?? []).map((item) => ({ value: item.code, label: localName(language, item) }));
  return (
    <div className={styles["filters"]}>
      <Select
        aria-label={text.product}
        style={{ width: 200 }}
        allowClear
        showSearch={{ optionFilterProp: "label" }}
        placeholder={text.allProducts}
        loading={products.isPending}
        options={options}
        value={search.product}
        onChange={(product: string | undefined) => onSearch({ product })}
      />
      <DatePicker
        aria-label={text.date}
        style={{ width: 150 }}
        placeholder={text.latest}
        value={search.as_of === undefined ? null : dayjs(search.as_of)}
        minDate={first === undefined ? undefined : dayjs(first)}
        maxDate={last === undefined ? undefined : dayjs(last)}
        defaultPickerValue={last === undefined ? undefined : dayjs(last)}
        showNow={false}
        onChange={(day) => onSearch({ as_of: day?.format("YYYY-MM-DD") })}
      />
    </div>
  );
}
