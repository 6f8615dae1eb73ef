"""English words for loan events."""

from huikuan.portfolio.explain.event_words import EventWords
from huikuan.portfolio.facts import Flag, Payer
from huikuan.portfolio.loan_events import EventKind

EN_EVENTS = EventWords(
    title="What changed in this loan",
    intro="Changes that the bank's core system confirmed, in the order in which they took effect:",
    names={
        EventKind.PAUSE: "pause",
        EventKind.RESUME: "end of a pause",
        EventKind.RATE_CHANGE: "change of rate",
        EventKind.DRAWDOWN: "further drawdown",
        EventKind.EXTENSION: "extension",
        EventKind.RESCHEDULE: "rescheduling",
        EventKind.RE_AMORTISE: "new computation of instalments",
        EventKind.RESTRUCTURE: "restructuring",
        EventKind.RE_AGE: "re-ageing",
        EventKind.ACCELERATION: "acceleration",
        EventKind.INSOLVENCY: "insolvency",
        EventKind.JUDGMENT: "judgment",
        EventKind.CHARGE_OFF: "charge-off",
        EventKind.CHARGE_BACK: "charge-back",
        EventKind.WAIVER: "waiver",
    },
    lines={
        EventKind.PAUSE: "{date} ({ref}), pause: days from {from_} to {until} do not count as past due.",
        EventKind.RESUME: "{date} ({ref}), the pause ends on this day.",
        EventKind.RATE_CHANGE: "{date} ({ref}), change of rate: from {before} to {after}, for interest of the days "
        "after it.",
        EventKind.DRAWDOWN: "{date} ({ref}), further drawdown of {amount}: the principal goes from {balance_before} to "
        "{balance_after}.",
        EventKind.EXTENSION: "{date} ({ref}), extension: the last instalment moves from {last_before} to {last_after}.",
        EventKind.RESCHEDULE: "{date} ({ref}), rescheduling: the coming instalments are replaced.",
        EventKind.RE_AMORTISE: "{date} ({ref}), the coming instalments are computed anew on {balance_after}.",
        EventKind.RESTRUCTURE: "{date} ({ref}), restructuring: all unpaid principal ({principal}) and interest "
        "({interest}) is replaced by a new schedule; it is observed until {until}.",
        EventKind.RE_AGE: "{date} ({ref}), re-ageing: what is unpaid counts as due on this day; before it the loan was "
        "{days_before} past due.",
        EventKind.ACCELERATION: "{date} ({ref}), acceleration: notice arrived, all principal that was still to come "
        "({principal}) is due.",
        EventKind.INSOLVENCY: "{date} ({ref}), insolvency accepted by the court: all principal that was still to come "
        "({principal}) is due, and no interest accrues after this day.",
        EventKind.JUDGMENT: "{date} ({ref}), judgment: the claim is now principal {principal}, interest {interest}, "
        "penalty interest {penalty}, compound interest {compound} and costs {costs}.",
        EventKind.CHARGE_OFF: "{date} ({ref}), charge-off of {balance_after} of principal: the claim remains.",
        EventKind.CHARGE_BACK: "{date} ({ref}), charge-back: {amount} of the repayment {names} is taken back.",
        EventKind.WAIVER: "{date} ({ref}), waiver of {component}: {amount}.",
    },
    rates="{annual} a year (penalty {penalty})",
    coming="Coming instalments: {count}, principal {principal}, interest {interest}, last due on {last} (before: "
    "{count_before}, principal {principal_before}, interest {interest_before}).",
    coming_none="No instalment is to come after it.",
    next_instalment="Next: no. {seq} on {due}, {amount}.",
    running="Interest of the running period up to this day: {amount}.",
    used_less="Of it {used} was owed and is waived.",
    pause_taken="{days} of them have passed.",
    rows_replaced="Instalments that had fallen due are part of it and no longer open.",
    perform_by="It is to be performed by {until}; after that day delay interest runs.",
    perform_at_once="Delay interest runs from the day after it.",
    interest_stops="Penalty and compound interest are not charged on the paused days.",
    reversed="The {name} of {date} ({ref}) was reversed by {other} and does not count.",
    later="The {name} of {date} ({ref}) came after the day of this page and is not counted here.",
    left_out="{count} earlier changes are not listed.",
    flags={
        Flag.WAIVER_RESET_DAYS: "Days past due fell because of a waiver, not of a repayment.",
        Flag.RE_AGED: "Days past due were set back by a re-ageing.",
        Flag.EXTENDED_AGAIN: "The loan was extended or restructured more than once.",
        Flag.RATES_DIFFER: "The rates in force are not those that the core system states.",
    },
    payers={Payer.BORROWER: "", Payer.GUARANTOR: ", paid by a guarantor", Payer.OTHER: ", paid by somebody else"},
    recovery="{date}, recovered {amount} ({ref}{payer}) after the charge-off = {sum}",
    waived="{date}, waived {amount} ({ref}) = {sum}",
    waived_nothing="{date}, waiver ({ref}): nothing of it was owed",
    charged_back="{date}, taken back {amount} ({ref}), out of {sum}",
    principal_ahead="principal before its time {amount}",
    ahead="{amount} before its time",
    row_zero="what is owed since {due}",
    subrogated="Guarantors have paid {amount}; to that extent they may claim from the borrower.",
    recovered="{amount} was received after the charge-off.",
    fee_title="Late fees",
    fee_flat="{date}: no. {seq}, due on {due}, still unpaid: {amount}",
    fee_share="{date}: no. {seq}, due on {due}, still unpaid: {base} × {rate} {sign} {amount}",
    delay="delay interest",
    delay_title="How delay interest is computed",
    delay_rule="What a judgment orders and is not performed in time bears delay interest of 0.0175% a day on principal "
    "and costs, besides penalty interest.",
    delay_line="{period}, {days}: {base} × {rate} a day × {days} {sign} {amount}",
    award="{date}, judgment ({ref}): {amount} is awarded in place of what had accrued; difference {difference}",
    observed="Restructured and under observation until {until}: at least {floor}. {statement} Source: {title} "
    "(certainty {certainty}).",
    observed_again="It was restructured again while under observation: at least {floor}.",
)
