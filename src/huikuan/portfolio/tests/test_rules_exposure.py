"""Exposure with a party and a group: capped, by date, and nothing twice."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huikuan.portfolio.rules.exposure import (
    Covered,
    GuaranteeStanding,
    GuaranteeTerms,
    NoteOwed,
    covered,
    exposure_of,
    standing_of,
)

DAY = date(2024, 3, 1)
ONE = timedelta(days=1)


def a_note_owed(note_id: str, owed: int, *debtors: str, contract: str = "C", **more: Any) -> NoteOwed:
    """A note paid out on 15 January; a tenth of it is due."""
    plain = NoteOwed(note_id, contract, frozenset(debtors), date(2024, 1, 15), owed, owed // 10)
    return replace(plain, **more)


def a_guarantee(guarantor: str, amount: int, contract: str = "C", **more: Any) -> GuaranteeTerms:
    """A guarantee in force, of no maximum amount, without an end."""
    plain = GuaranteeTerms("G", contract, guarantor, amount, False, None, date(2024, 1, 1), None)
    return replace(plain, **more)


@pytest.mark.parametrize(
    ("change", "standing"),
    [
        ({"starts_on": DAY}, GuaranteeStanding.IN_FORCE),
        ({"starts_on": DAY + ONE}, GuaranteeStanding.NOT_BEGUN),
        ({"ends_on": DAY}, GuaranteeStanding.IN_FORCE),
        ({"ends_on": DAY - ONE}, GuaranteeStanding.ENDED),
    ],
)
def test_guarantee_stands_from_its_first_to_its_last_day(change: dict[str, Any], standing: GuaranteeStanding) -> None:
    guarantee = a_guarantee("G-1", 500, **change)
    assert standing_of(guarantee, DAY) is standing
    held = 500 if standing is GuaranteeStanding.IN_FORCE else 0
    assert exposure_of(["G-1"], [a_note_owed("A", 900, "P")], [guarantee], DAY).contingent_minor == held


@pytest.mark.parametrize(
    ("amount", "owed", "due"), [(10**9, 3_000, 300), (3_000, 3_000, 300), (2_999, 2_999, 300), (299, 299, 299)]
)
def test_guarantee_covers_what_is_owed_up_to_its_amount(amount: int, owed: int, due: int) -> None:
    notes = [a_note_owed("A", 1_000, "P"), a_note_owed("B", 2_000, "P"), a_note_owed("X", 50, "P", contract="D")]
    assert covered(a_guarantee("G-1", amount), notes, DAY) == Covered(GuaranteeStanding.IN_FORCE, owed, due)


@pytest.mark.parametrize(
    ("paid_out_on", "maximum", "held"),
    [(DAY, True, 1_000), (DAY + ONE, True, 0), (DAY + ONE, False, 1_000)],
)
def test_maximum_amount_covers_what_was_paid_out_until_the_claims_are_determined(
    paid_out_on: date, maximum: bool, held: int
) -> None:
    note = a_note_owed("A", 1_000, "P", disbursed_on=paid_out_on)
    guarantee = a_guarantee("G-1", 5_000, maximum_amount=maximum, fixed_on=DAY)
    assert covered(guarantee, [note], DAY).owed_minor == held


def test_debt_of_two_members_counts_once_and_its_guarantee_not_at_all() -> None:
    notes = [a_note_owed("A", 1_000, "P", "S")]
    guarantees = [a_guarantee("S", 1_000), a_guarantee("P", 1_000)]
    for members in (["P"], ["S"], ["P", "S"]):
        found = exposure_of(members, notes, guarantees, DAY)
        assert (found.direct_minor, found.contingent_minor, found.total_minor) == (1_000, 0, 1_000)
    assert exposure_of(["Q"], notes, guarantees, DAY).total_minor == 0


def test_two_guarantors_of_one_contract_stand_for_it_once_together_and_each_alone() -> None:
    notes = [a_note_owed("A", 1_000, "P")]
    guarantees = [a_guarantee("S", 800), a_guarantee("T", 700)]
    assert exposure_of(["S"], notes, guarantees, DAY).contingent_minor == 800
    assert exposure_of(["T"], notes, guarantees, DAY).contingent_minor == 700
    assert exposure_of(["S", "T"], notes, guarantees, DAY).contingent_minor == 1_000
    assert exposure_of(["P", "S", "T"], notes, guarantees, DAY).contingent_minor == 0


def test_guarantee_reaches_only_the_notes_that_it_covers() -> None:
    notes = [a_note_owed("A", 100, "P"), a_note_owed("B", 900, "P", disbursed_on=DAY + ONE)]
    twice = [a_guarantee("S", 100, maximum_amount=True, fixed_on=DAY), a_guarantee("S", 100, ends_on=DAY - ONE)]
    assert exposure_of(["S"], notes, [twice[0], twice[0], twice[1]], DAY).contingent_minor == 100


_parties = st.sampled_from("PQRS")
_notes = st.lists(
    st.builds(
        a_note_owed, st.just("N"), st.integers(0, 50), _parties, contract=st.sampled_from("CD"),
        disbursed_on=st.sampled_from((DAY, DAY + ONE)),
    ),
    max_size=6,
)  # fmt: skip
_guarantees = st.lists(
    st.builds(
        a_guarantee, _parties, st.integers(1, 60), st.sampled_from("CD"), maximum_amount=st.booleans(),
        fixed_on=st.sampled_from((None, DAY)), ends_on=st.sampled_from((None, DAY, DAY - ONE)),
    ),
    max_size=6,
)  # fmt: skip


@given(notes=_notes, guarantees=_guarantees)
def test_group_is_never_more_than_its_members_and_never_more_than_is_owed(
    notes: list[NoteOwed], guarantees: list[GuaranteeTerms]
) -> None:
    owed = sum(note.owed_minor for note in notes)
    alone = {party: exposure_of([party], notes, guarantees, DAY) for party in "PQRS"}
    group = exposure_of("PQRS", notes, guarantees, DAY)
    assert group.direct_minor == owed and group.contingent_minor == 0, "all debtors are members"
    for members in (["P"], ["P", "Q"], ["P", "Q", "R"]):
        together = exposure_of(members, notes, guarantees, DAY)
        assert together.total_minor <= min(owed, sum(alone[party].total_minor for party in members))
