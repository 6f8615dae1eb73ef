"""The explanation of a loan file under the policies that are shipped."""

from collections.abc import Sequence
from datetime import date
from functools import cache

from huikuan.portfolio.facts import FactInvalid, Instalment
from huikuan.portfolio.loan_file import Loan, refusal
from huikuan.portfolio.loan_view import loan_schedule
from huikuan.portfolio.policies import class_policies_load, classification_file_load, overdue_policies_load
from huikuan.portfolio.restructured_policies import observation_rules_load
from huikuan.portfolio.rules.explain.build import explain
from huikuan.portfolio.rules.explain.facts import ClassRule, Explanation
from huikuan.portfolio.rules.overdue import OverduePolicy


def loan_explain(loan: Loan, as_of: date, *, file: str) -> Explanation:
    """Explain a loan at the close of ``as_of``; ``file`` is its name in messages.

    Raises LoanFileError naming the JSON field that does not fit.
    """
    try:
        return loan_explain_by(loan, loan_schedule(loan), as_of)
    except FactInvalid as problem:
        raise refusal(file, problem, loan.minor_digits) from problem


def loan_explain_by(loan: Loan, schedule: Sequence[Instalment], as_of: date) -> Explanation:
    """Explain a loan by a schedule that is known to be in force. Raises FactInvalid."""
    return explain(
        loan.terms,
        schedule,
        loan.repayments,
        as_of,
        core_status=loan.core_status,
        monthly_consumer=loan.monthly_consumer,
        class_rules=class_rules_load(),
        overdue_policies=_overdue_policies(),
        conventions=loan.conventions,
        events=loan.events,
        observation_rules=observation_rules_load(),
    )


@cache
def class_rules_load() -> tuple[ClassRule, ...]:
    """The shipped rules of the class floor with their sources, oldest first; read once."""
    file = classification_file_load()
    return tuple(
        ClassRule(
            policy=policy,
            id=file.id,
            statement=file.statement,
            statement_zh=file.statement_zh,
            title=source.title,
            article=source.article,
            force=source.force,
            certainty=source.certainty,
        )
        for policy in class_policies_load()
        for source in (file.source[policy.effective_on],)
    )


@cache
def _overdue_policies() -> tuple[OverduePolicy, ...]:
    return overdue_policies_load()
