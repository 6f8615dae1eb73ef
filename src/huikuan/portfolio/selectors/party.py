"""Reading a borrower, masked; whom a person may see."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from huikuan.kernel.errors import NotFoundError
from huikuan.kernel.masking import mask_identity, mask_name
from huikuan.kernel.selectors.institution import institution_root, institution_subtree
from huikuan.kernel.vault import Place, vault_of
from huikuan.portfolio.models import NoteRegister, Party, PartyRole
from huikuan.portfolio.selectors.renumbering import key_now

TABLE = Party._meta.db_table


@dataclass(frozen=True, slots=True)
class PartyRow:
    """A borrower as it may be shown; whether masked or clear, the caller of the selector or service decided."""

    party_id: str
    party_kind: str
    name: str
    identity_kind: str
    identity_number: str
    region: str


def party_find(*, bank_id: int, party_id: str, roots: Iterable[int], on: date) -> Party:
    """Return a party that may be seen from these institutions; raises NotFoundError otherwise.

    From the bank's root every party is seen; from a branch the borrowers of its notes, delinquent or not, and whoever
    has a role in a contract of theirs. A party out of sight is reported as missing, so that nobody can probe for
    customers of other branches. A former key finds the party under its present one.
    """
    present = key_now(bank_id=bank_id, kind="party", key=party_id)
    party = Party.objects.filter(bank_id=bank_id, party_id=present).first()
    if party is None or not parties_visible(bank_id=bank_id, party_ids=[present], roots=roots, on=on):
        raise NotFoundError("party", party_id)
    return party


def parties_visible(*, bank_id: int, party_ids: Collection[str], roots: Iterable[int], on: date) -> frozenset[str]:
    """Return which of these parties may be seen from these institutions; `party_find` says when."""
    limits, asked = frozenset(roots), list(party_ids)
    if institution_root(bank_id).id in limits:
        return frozenset(asked)
    codes = [row.code for row in institution_subtree(bank_id=bank_id, roots=limits, on=on)]
    notes = NoteRegister.objects.filter(bank_id=bank_id, institution_code__in=codes)
    roles = list(
        PartyRole.objects.filter(bank_id=bank_id, party_id__in=asked).values_list("party_id", "contract_id").distinct()
    )
    found = Q(party_id__in=asked) | Q(contract_id__in=[contract for _, contract in roles])
    seen = set(notes.filter(found).values_list("party_id", "contract_id").distinct())
    contracts = {contract for _, contract in seen}
    return (frozenset(party for party, _ in seen) & frozenset(asked)) | frozenset(
        party for party, contract in roles if contract in contracts
    )


def party_clear(bank_id: int, party: Party) -> PartyRow:
    """Open a party's sealed values. Only for masking, and for the service that logs a reveal."""
    vault = vault_of(bank_id)
    name = vault.open(party.name, Place(TABLE, "name", party.party_id))
    identity = vault.open(party.identity, Place(TABLE, "identity", party.party_id)) if party.identity else ""
    return PartyRow(party.party_id, party.party_kind, name, party.identity_kind, identity, party.region)


def parties_opened(*, bank_id: int, party_ids: Collection[str]) -> list[PartyRow]:
    """Open the sealed values of several parties, by key; as `party_clear`, one query."""
    found = Party.objects.filter(bank_id=bank_id, party_id__in=list(party_ids)).order_by("party_id")
    return [party_clear(bank_id, party) for party in found]


def party_masked(*, bank_id: int, party_id: str, roots: Iterable[int], on: date) -> PartyRow:
    """Return a borrower with name and identity number masked; raises NotFoundError."""
    return party_mask(party_clear(bank_id, party_find(bank_id=bank_id, party_id=party_id, roots=roots, on=on)))


def party_mask(clear: PartyRow) -> PartyRow:
    """Return a party as screens show it."""
    return PartyRow(
        clear.party_id,
        clear.party_kind,
        name_mask(clear.party_kind, clear.name),
        clear.identity_kind,
        mask_identity(clear.identity_number),
        clear.region,
    )


def name_mask(party_kind: str, name: str) -> str:
    """Mask the name of a person; an enterprise's stands in the public register and is shown."""
    return name if party_kind == "enterprise" else mask_name(name)


def parties_masked(*, bank_id: int, party_ids: Collection[str]) -> list[PartyRow]:
    """Return parties with masked names and nothing else of them; one query."""
    vault = vault_of(bank_id)
    found = Party.objects.filter(bank_id=bank_id, party_id__in=list(party_ids))
    return [
        PartyRow(party_id, kind, name_mask(kind, vault.open(name, Place(TABLE, "name", party_id))), "", "", "")
        for party_id, kind, name in found.values_list("party_id", "party_kind", "name")
    ]
