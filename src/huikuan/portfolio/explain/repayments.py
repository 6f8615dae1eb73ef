"""Where money went, in words: repayments, recoveries, use of credit, waivers, charge-backs."""

from collections.abc import Callable, Sequence

from huikuan.portfolio.conventions import AllocationAxis, Component
from huikuan.portfolio.explain.convention_text import order_listed
from huikuan.portfolio.explain.shape import Medium, Section, left_out
from huikuan.portfolio.explain.words import Speech, Words
from huikuan.portfolio.facts import AllocationKind
from huikuan.portfolio.rules.explain.facts import (
    AllocationDetail,
    Explanation,
    InstalmentShare,
    NotCounted,
    NotCountedReason,
)


def repayments_section(words: Words, say: Speech, answer: Explanation, medium: Medium) -> Section:
    """Each allocation by component and instalment, then the repayments that do not count."""
    rows = answer.allocations
    hidden = left_out(rows, medium)
    lines = [allocation_line(words, say, row) for row in rows[hidden:]]
    if hidden:
        total = sum(row.allocation.amount_minor for row in rows[:hidden])
        lines.insert(0, words.paid_left_out.format(count=hidden, amount=say.money(total)))
    others = [line for row in answer.not_counted if (line := _not_counted(words, say, row))]
    text = words.paid_none
    if rows:
        horizontal = answer.conventions.allocation_axis is AllocationAxis.HORIZONTAL
        rule = words.paid_rule_rows if horizontal else words.paid_rule
        order_of = answer.conventions.allocation_order
        if answer.delay.segments:
            order_of = (*order_of, Component.DELAY)
        order = order_listed(words.conventions, say, order_of)
        text = rule.format(components=order)
    return Section(words.paid_title, text, tuple(lines), result=tuple(others[left_out(others, medium) :]))


def allocation_line(words: Words, say: Speech, detail: AllocationDetail) -> str:
    """One allocation as an equation."""
    row, told = detail.allocation, words.events
    back = row.kind is AllocationKind.CHARGE_BACK
    values = {"date": say.on(row.applied_on), "ref": row.core_ref, "payer": told.payers[detail.payer]}
    values["sum"] = words.plus.join(part for part in _parts(words, say, detail, -1 if back else 1) if part)
    if row.kind is AllocationKind.CREDIT:
        return words.paid_from_credit.format(amount=say.money(-row.credit_minor), **values)
    if row.kind is AllocationKind.WAIVER and not row.amount_minor:
        return told.waived_nothing.format(**values)
    template = {
        AllocationKind.REPAYMENT: words.paid_line,
        AllocationKind.RECOVERY: told.recovery,
        AllocationKind.WAIVER: told.waived,
        AllocationKind.CHARGE_BACK: told.charged_back,
    }[row.kind]
    return template.format(amount=say.money(abs(row.amount_minor)), **values)


def _parts(words: Words, say: Speech, detail: AllocationDetail, sign: int) -> list[str]:
    row, shares = detail.allocation, detail.shares
    parts = [
        _share(words, say, words.costs, sign * row.costs_minor, shares, lambda share: sign * share.costs_minor),
        _share(words, say, words.penalty, sign * row.penalty_minor, (), None),
        _share(words, say, words.compound, sign * row.compound_minor, (), None),
        _share(
            words, say, words.interest, sign * row.interest_minor, shares, lambda share: sign * share.interest_minor
        ),
        _share(
            words,
            say,
            words.principal,
            sign * (row.principal_minor - detail.ahead_minor),
            shares,
            lambda share: sign * share.principal_minor,
        ),
        _share(words, say, words.events.delay, sign * row.delay_minor, (), None),
    ]
    if detail.ahead_minor:
        parts.append(words.events.principal_ahead.format(amount=say.amount(sign * detail.ahead_minor)))
    if row.credit_minor and row.kind is not AllocationKind.CREDIT:
        parts.append(words.paid_credit.format(amount=say.amount(sign * row.credit_minor)))
    return parts


def _share(
    words: Words,
    say: Speech,
    component: str,
    minor: int,
    shares: Sequence[InstalmentShare],
    part: Callable[[InstalmentShare], int] | None,
) -> str:
    if not minor:
        return ""
    if part is None:
        return f"{component} {say.amount(minor)}"
    listed = words.joined.join(_of_instalment(words, say, share, part(share)) for share in shares if part(share))
    return words.paid_shares.format(component=component, amount=say.amount(minor), shares=listed)


def _of_instalment(words: Words, say: Speech, share: InstalmentShare, minor: int) -> str:
    amount = say.amount(minor)
    if share.ahead:
        amount = words.events.ahead.format(amount=amount)
    return words.paid_share.format(which=say.row(share.seq, share.due_on), amount=amount)


def _not_counted(words: Words, say: Speech, row: NotCounted) -> str:
    values = {"date": say.on(row.value_on), "amount": say.money(row.amount_minor), "ref": row.core_ref}
    if row.reason is NotCountedReason.REVERSED:
        return words.paid_reversed.format(other=row.other_ref, **values)
    if row.reason is NotCountedReason.LATER and row.other_ref is None:
        return words.paid_later.format(**values)
    return ""  # a reversal is told with the repayment that it reverses
