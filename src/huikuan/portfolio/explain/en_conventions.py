"""English words for conventions and terms."""

from huikuan.portfolio.conventions import Component
from huikuan.portfolio.explain.convention_words import ConventionWords

EN_CONVENTIONS = ConventionWords(
    title="What this loan agrees on",
    intro="Where this loan differs from the bank's usual way of computing:",
    values={
        "day_count": {
            "act/360": "Interest by days counts the actual days; a year has 360.",
            "act/365": "Interest by days counts the actual days; a year has 365, a leap year too.",
            "act/act": "Interest by days counts the actual days; a day is 1/366 of a leap year, 1/365 of another.",
            "30/360": "Interest by days counts 30 days in every month and 360 in a year.",
            "act/364": "Interest by days counts the actual days; a year has 364, which is 52 weeks.",
        },
        "period_interest": {
            "by_period": "The interest of a period is the annual rate ÷ periods a year, whatever its days.",
            "by_days": "The interest of a period goes by its days.",
        },
        "first_period": {
            "whole": "The first period bears the interest of a whole period.",
            "by_days": "The first period bears interest by its days.",
        },
        "rounding": {
            "half_up": "Fractions are rounded half up.",
            "half_even": "Fractions are rounded to the nearest unit, halves to the even one.",
            "up": "Fractions are rounded up.",
            "down": "Fractions are rounded down.",
        },
        "last_instalment": {
            "clears": "The last instalment pays what is left, with its true interest.",
            "keeps_total": "The last instalment has the same total as the others; its interest is what remains of it.",
            "smoothed": "What rounding leaves over is spread unit by unit over the last instalments.",
        },
        "month_end": {
            "keep_day": "Due dates keep the day of the month.",
            "end_of_month": "Every due date is the last day of its month.",
        },
        "holidays": {
            "unmoved": "Due dates are not moved for days off.",
            "following": "A due date on a day off moves to the next workday.",
            "modified_following": "A due date on a day off moves to the next workday, or back where that "
            "is in the next month.",
            "preceding": "A due date on a day off moves to the workday before it.",
        },
        "due_day": {
            "day_0": "The day after the due date is day 1 past due.",
            "day_1": "The due date itself is day 1 past due when it closes unpaid.",
        },
        "tolerance_on": {
            "note": "The tolerance is measured on the whole loan.",
            "instalment": "The tolerance is measured on each instalment by itself.",
        },
        "pause_end": {
            "counts": "The day on which a pause ends counts as a day past due again.",
            "paused": "The day on which a pause ends is paused too.",
        },
        "pause_penalty": {
            "runs": "Penalty and compound interest go on while days are paused.",
            "stops": "Penalty and compound interest stop while days are paused.",
        },
        "penalty_base": {
            "principal": "Penalty interest is computed on overdue principal.",
            "principal_and_interest": "Penalty interest is computed on overdue principal and overdue interest.",
        },
        "penalty_as": {
            "own_rate": "The penalty rate is a rate of its own.",
            "markup": "The penalty rate is the contract rate with a mark-up and follows it.",
        },
        "allocation_axis": {
            "vertical": "A repayment pays one component of all instalments before the next component.",
            "horizontal": "A repayment pays all of one instalment before the next instalment.",
        },
        "due_stages": {
            "together": "What is past due and what falls due on the day are paid together.",
            "past_due_first": "What is past due is paid before what falls due on the day.",
        },
        "advance": {
            "hold": "What is paid ahead is held and used when the next instalment falls due.",
            "next_instalment": "What is paid ahead pays the coming instalments.",
            "last_instalment": "What is paid ahead lowers the principal; the loan ends earlier.",
            "re_amortised": "What is paid ahead lowers the principal; the coming instalments are computed anew.",
        },
    },
    late_fees={
        "none": "There is no late fee.",
        "flat": "An instalment unpaid {after} after its due date costs a late fee of {amount}, once.",
        "instalment": "An instalment unpaid {after} after its due date costs a late fee of {rate} of its principal and "
        "interest, once.",
        "overdue_principal": "An instalment unpaid {after} after its due date costs a late fee of {rate} of the "
        "overdue principal, once.",
        "overdue_total": "An instalment unpaid {after} after its due date costs a late fee of {rate} of the overdue "
        "principal and interest, once.",
    },
    instalment_unit="The equal instalment is a multiple of {amount}.",
    tolerance_days="Up to {days} past due are tolerated; beyond them all days count.",
    tolerance_amount="Up to {amount} overdue is tolerated; beyond it all days count.",
    tolerance_both="Up to {days} past due or {amount} overdue are tolerated; beyond both all days count.",
    re_ageing="Instalments may be re-aged: they then count as due on the day of the re-ageing.",
    compound_on_penalty="Unpaid penalty interest bears compound interest too.",
    markup="Penalty rate: {annual} × (1 + {markup}) = {penalty}; it follows the contract rate.",
    order="A repayment is used in this order: {components}.",
    principal_first="Above {days} past due, principal is paid right after costs.",
    components={
        Component.COSTS: "costs",
        Component.PENALTY: "penalty interest",
        Component.COMPOUND: "compound interest",
        Component.INTEREST: "interest",
        Component.PRINCIPAL: "principal",
        Component.DELAY: "delay interest",
    },
    frequency={
        "weekly": "An instalment falls due every week.",
        "biweekly": "An instalment falls due every two weeks.",
        "monthly": "An instalment falls due every month.",
        "quarterly": "An instalment falls due every three months.",
        "half_yearly": "An instalment falls due every six months.",
        "yearly": "An instalment falls due every year.",
    },
    instalment_given="The instalment is agreed as {amount}.",
    interest_only="Up to no. {count} instalments carry interest only.",
    interest_grace="Interest up to no. {count} falls due with the instalment after it.",
    interest_free="Up to no. {count} the periods bear no interest.",
    balloon="{amount} of the principal is left for the last instalment.",
    principal_share="Each instalment pays {rate} of the principal paid out; the rest falls due with the last.",
)
