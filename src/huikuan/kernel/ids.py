"""Numeric keys inside a composite primary key ``(bank_id, id)``.

Django's automatic field must be the whole primary key, so these ids take their default from a
sequence of the database; ``kernel.rls.id_sequence`` creates it in the migration.
"""

from __future__ import annotations

from django.db.models import BigIntegerField, Func, Value


def sequence_id(table: str) -> BigIntegerField[int, int]:
    """A bigint column whose default is the next value of ``<table>_id_seq``."""
    return BigIntegerField(db_default=Func(Value(f"{table}_id_seq"), function="nextval"), editable=False)
