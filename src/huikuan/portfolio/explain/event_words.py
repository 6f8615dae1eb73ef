"""Words for loan events in one language; ``zh_events`` and ``en_events`` hold them."""

from dataclasses import dataclass

from huikuan.portfolio.facts import Flag, Payer
from huikuan.portfolio.loan_events import EventKind


@dataclass(frozen=True, slots=True)
class EventWords:
    """Templates. ``lines`` has a sentence for every kind; a test walks them."""

    title: str
    intro: str
    names: dict[EventKind, str]
    lines: dict[EventKind, str]
    rates: str  # annual and penalty rate
    coming: str  # what the coming instalments are after the event, and were before
    coming_none: str
    next_instalment: str
    running: str
    used_less: str
    pause_taken: str
    rows_replaced: str
    perform_by: str
    perform_at_once: str
    interest_stops: str
    reversed: str
    later: str
    left_out: str
    # flags
    flags: dict[Flag, str]
    # allocations that are not plain repayments
    payers: dict[Payer, str]
    recovery: str
    waived: str
    waived_nothing: str
    charged_back: str
    principal_ahead: str
    ahead: str
    row_zero: str
    subrogated: str
    recovered: str
    # late fees
    fee_title: str
    fee_flat: str
    fee_share: str
    # delay interest
    delay: str
    delay_title: str
    delay_rule: str
    delay_line: str
    award: str
    # class floor
    observed: str
    observed_again: str
