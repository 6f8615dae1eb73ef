"""Words for conventions and terms in one language; ``zh_conventions`` and ``en_conventions`` hold them."""

from dataclasses import dataclass

from huikuan.portfolio.conventions import Component


@dataclass(frozen=True, slots=True)
class ConventionWords:
    """Sentences. ``values``: field of ``Conventions`` -> value -> sentence; a test walks every value of every field.

    Templates name their values in braces: amounts carry their currency, days agree in number.
    """

    title: str
    intro: str
    values: dict[str, dict[str, str]]
    late_fees: dict[str, str]  # kind -> sentence with amount, rate, after
    instalment_unit: str
    tolerance_days: str
    tolerance_amount: str
    tolerance_both: str
    re_ageing: str
    compound_on_penalty: str
    markup: str
    order: str
    principal_first: str
    components: dict[Component, str]
    # terms that not every loan has
    frequency: dict[str, str]
    instalment_given: str
    interest_only: str
    interest_grace: str
    interest_free: str
    balloon: str
    principal_share: str
