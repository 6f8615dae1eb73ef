"""Banks: the legal persons that the system keeps apart."""

from __future__ import annotations

from django.db import models


class Bank(models.Model):
    """A legal person with its own book, currency and time zone. Global: see ``kernel.global_tables``."""

    id = models.BigAutoField(primary_key=True)
    code = models.CharField(max_length=32, unique=True, help_text="short key in commands and folders, a–z 0–9 -")
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    currency = models.CharField(max_length=3, help_text="ISO 4217")
    minor_digits = models.PositiveSmallIntegerField(help_text="digits of the minor unit, 2 for CNY and USD")
    time_zone = models.CharField(max_length=64, help_text="IANA name; ends the bank's day")
    totp_required = models.BooleanField(default=True)
    notice_zh = models.CharField(max_length=500, blank=True, help_text="shown on every screen")
    notice_en = models.CharField(max_length=500, blank=True)
    simulated = models.BooleanField(default=False, help_text="an invented bank of the simulator; fixed at creation")

    class Meta:
        db_table = "kernel_bank"
        constraints = [
            models.CheckConstraint(condition=models.Q(code__regex=r"^[a-z][a-z0-9-]*$"), name="kernel_bank_code_form"),
            models.CheckConstraint(condition=models.Q(currency__regex=r"^[A-Z]{3}$"), name="kernel_bank_currency_form"),
            models.CheckConstraint(condition=models.Q(minor_digits__lte=4), name="kernel_bank_minor_digits_max"),
        ]

    def __str__(self) -> str:
        return self.code
