"""Chinese words for conventions and terms."""

from huikuan.portfolio.conventions import Component
from huikuan.portfolio.explain.convention_words import ConventionWords

ZH_CONVENTIONS = ConventionWords(
    title="这笔借款的约定",
    intro="这笔借款与本行通常算法不同的地方：",
    values={
        "day_count": {
            "act/360": "按天计息时，天数按实际天数，一年按360天。",
            "act/365": "按天计息时，天数按实际天数，一年按365天，闰年也一样。",
            "act/act": "按天计息时，天数按实际天数；闰年的一天为一年的1/366，其他年份为1/365。",
            "30/360": "按天计息时，每月按30天，一年按360天。",
            "act/364": "按天计息时，天数按实际天数，一年按364天（52周）。",
        },
        "period_interest": {
            "by_period": "每期利息按年利率 ÷ 一年的期数计算，与当期天数无关。",
            "by_days": "每期利息按当期天数计算。",
        },
        "first_period": {
            "whole": "首期按整期计息。",
            "by_days": "首期按实际天数计息。",
        },
        "rounding": {
            "half_up": "小数四舍五入。",
            "half_even": "小数四舍六入，逢五取偶。",
            "up": "小数一律进位。",
            "down": "小数一律舍去。",
        },
        "last_instalment": {
            "clears": "最后一期还清余下的本金，利息据实计算。",
            "keeps_total": "最后一期与其他各期金额相同，利息为该金额减去余下的本金。",
            "smoothed": "尾差逐分分摊到最后几期。",
        },
        "month_end": {
            "keep_day": "应还日每月同一天。",
            "end_of_month": "应还日为每月最后一天。",
        },
        "holidays": {
            "unmoved": "应还日遇节假日不顺延。",
            "following": "应还日遇节假日顺延至下一个工作日。",
            "modified_following": "应还日遇节假日顺延至下一个工作日，跨月则提前至上一个工作日。",
            "preceding": "应还日遇节假日提前至上一个工作日。",
        },
        "due_day": {
            "day_0": "应还日的次日为逾期第 1 天。",
            "day_1": "应还日当日日终未还，当日即为逾期第 1 天。",
        },
        "tolerance_on": {
            "note": "容忍按整笔借款衡量。",
            "instalment": "容忍按每一期分别衡量。",
        },
        "pause_end": {
            "counts": "暂停结束当天重新计入逾期天数。",
            "paused": "暂停结束当天仍不计入逾期天数。",
        },
        "pause_penalty": {
            "runs": "暂停期间照常计算罚息和复利。",
            "stops": "暂停期间不计算罚息和复利。",
        },
        "penalty_base": {
            "principal": "罚息按逾期本金计算。",
            "principal_and_interest": "罚息按逾期本金和逾期利息计算。",
        },
        "penalty_as": {
            "own_rate": "罚息利率单独约定。",
            "markup": "罚息利率在合同利率基础上加收，随合同利率变动。",
        },
        "allocation_axis": {
            "vertical": "还款先还各期的同一项目，再还下一个项目。",
            "horizontal": "还款先还清一期的各个项目，再还下一期。",
        },
        "due_stages": {
            "together": "逾期的与当日到期的一并偿还。",
            "past_due_first": "先还逾期的，再还当日到期的。",
        },
        "advance": {
            "hold": "提前还的钱先暂存，在下一期到期时使用。",
            "next_instalment": "提前还的钱依次偿还以后各期。",
            "last_instalment": "提前还的钱冲减本金，期限缩短。",
            "re_amortised": "提前还的钱冲减本金，以后各期重新计算。",
        },
    },
    late_fees={
        "none": "没有逾期费。",
        "flat": "一期过应还日 {after}仍未还清的，收取一次逾期费 {amount}。",
        "instalment": "一期过应还日 {after}仍未还清的，按该期本息的 {rate} 收取一次逾期费。",
        "overdue_principal": "一期过应还日 {after}仍未还清的，按逾期本金的 {rate} 收取一次逾期费。",
        "overdue_total": "一期过应还日 {after}仍未还清的，按逾期本金和利息的 {rate} 收取一次逾期费。",
    },
    instalment_unit="每期等额还款额取 {amount} 的整数倍。",
    tolerance_days="容忍逾期不超过 {days}；超过后全部天数都计入逾期。",
    tolerance_amount="容忍逾期金额不超过 {amount}；超过后全部天数都计入逾期。",
    tolerance_both="容忍逾期不超过 {days}或者逾期金额不超过 {amount}；两者都超过后全部天数都计入逾期。",
    re_ageing="可以重置账龄：未还各期改按重置当日到期。",
    compound_on_penalty="未还的罚息也计算复利。",
    markup="罚息利率：{annual} ×（1 + {markup}）= {penalty}，随合同利率变动。",
    order="还款按这个顺序使用：{components}。",
    principal_first="逾期超过 {days}后，还完费用即先还本金。",
    components={
        Component.COSTS: "费用",
        Component.PENALTY: "罚息",
        Component.COMPOUND: "复利",
        Component.INTEREST: "利息",
        Component.PRINCIPAL: "本金",
        Component.DELAY: "迟延履行利息",
    },
    frequency={
        "weekly": "每周一期。",
        "biweekly": "每两周一期。",
        "monthly": "每月一期。",
        "quarterly": "每季一期。",
        "half_yearly": "每半年一期。",
        "yearly": "每年一期。",
    },
    instalment_given="每期还款额约定为 {amount}。",
    interest_only="前 {count} 期只还利息。",
    interest_grace="前 {count} 期的利息与其后一期一并到期。",
    interest_free="前 {count} 期不计利息。",
    balloon="本金中的 {amount} 留待最后一期偿还。",
    principal_share="每期偿还放款本金的 {rate}，余额随最后一期偿还。",
)
