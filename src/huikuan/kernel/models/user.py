"""Users, their grants and their second factor."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from huikuan.kernel.facts import Role
from huikuan.kernel.fields import SealedField
from huikuan.kernel.ids import sequence_id
from huikuan.kernel.models.bank import Bank


class UserManager(BaseUserManager["User"]):
    """Finds users by their name, which is stored in lower case."""

    def get_by_natural_key(self, username: str | None) -> User:
        """Return the user with this name in any case; raises User.DoesNotExist."""
        return self.get(username=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person of one bank. Global, because log-in comes before the bank is known."""

    id = models.BigAutoField(primary_key=True)
    bank = models.ForeignKey(Bank, on_delete=models.PROTECT, related_name="+")
    username = models.CharField(max_length=64, unique=True)
    display_name = models.CharField(max_length=100)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]
    objects = UserManager()

    class Meta:
        db_table = "kernel_user"
        constraints = [
            models.UniqueConstraint(fields=["bank", "id"], name="kernel_user_bank_key"),
            models.CheckConstraint(
                condition=models.Q(username__regex=r"^[a-z0-9][a-z0-9._-]*$"), name="kernel_user_username_form"
            ),
        ]

    def __str__(self) -> str:
        return self.username


class RoleGrant(models.Model):
    """A role at an institution and all below it, from ``valid_from`` to ``valid_to`` (exclusive)."""

    pk = models.CompositePrimaryKey("bank_id", "id")
    bank_id = models.BigIntegerField()
    id = sequence_id("kernel_role_grant")
    user_id = models.BigIntegerField()
    role = models.CharField(max_length=32)
    institution_id = models.BigIntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        db_table = "kernel_role_grant"
        indexes = [models.Index(fields=["bank_id", "user_id"], name="kernel_role_grant_user")]
        constraints = [
            models.UniqueConstraint(
                fields=["bank_id", "user_id", "role", "institution_id"],
                condition=models.Q(valid_to=None),
                name="kernel_role_grant_open_once",
            ),
            models.CheckConstraint(condition=models.Q(role__in=[str(r) for r in Role]), name="kernel_role_grant_role"),
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gte=models.F("valid_from")),
                name="kernel_role_grant_valid_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.user_id}"


class TotpDevice(models.Model):
    """The authenticator of a user; ``secret`` is a ciphertext of the vault."""

    pk = models.CompositePrimaryKey("bank_id", "user_id")
    bank_id = models.BigIntegerField()
    user_id = models.BigIntegerField()
    secret = SealedField(row_key="user_id")
    enrolled_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    last_step = models.BigIntegerField(default=0, help_text="last accepted 30-second step; codes up to it are spent")
    failures = models.PositiveIntegerField(default=0, help_text="wrong codes since the last right one")
    locked_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "kernel_totp_device"

    def __str__(self) -> str:
        return str(self.user_id)
