"""The model field of vault columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import BinaryField, Model

from huikuan.kernel.crypto import VERSION
from huikuan.kernel.vault import VaultColumn, vault_column_register

if TYPE_CHECKING:  # generic for the type checker only
    BinaryBase = BinaryField[bytes, bytes]
else:
    BinaryBase = BinaryField


class SealedField(BinaryBase):
    """Holds ciphertexts of the vault and refuses anything else; registers its column for rotation.

    ``row_key`` is the column whose value is ``Place.row``. The field does not decrypt by itself: opening personal
    data is a deliberate act of a selector or service (``kernel.vault.vault_of``). In migrations it is a BinaryField.
    """

    def __init__(self, *args: Any, row_key: str = "id", **options: Any) -> None:
        self.row_key = row_key
        super().__init__(*args, **options)

    def contribute_to_class(self, cls: type[Model], name: str, private_only: bool = False) -> None:
        """Attach to the model and register the column."""
        super().contribute_to_class(cls, name, private_only)
        if not cls._meta.abstract and cls.__module__ != "__fake__":
            vault_column_register(VaultColumn(cls._meta.db_table, self.column, self.row_key))

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """Describe the field to migrations as what it is in the database."""
        name, _, args, options = super().deconstruct()
        return name, "django.db.models.BinaryField", args, options

    def get_prep_value(self, value: Any) -> Any:
        """Refuse clear text on its way to the database."""
        if value is not None and (isinstance(value, str) or bytes(value[:1]) != bytes([VERSION])):
            raise TypeError(f"{self.name} holds ciphertexts only; seal the value with kernel.vault.vault_of(bank_id).")
        return super().get_prep_value(value)
