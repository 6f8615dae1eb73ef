"""The tables without row-level security, each with the reason.

Every table of the database is either forced to one bank by row-level security (``kernel.rls.protect``)
or stands here; a test compares this list with the catalogue of a migrated database.
"""

from __future__ import annotations

from typing import Final

GLOBAL_TABLES: Final[dict[str, str]] = {
    "kernel_bank": "The list of banks itself; names and formats only, nothing about customers.",
    "kernel_user": "Log-in finds the user before the bank is known; selectors filter by bank.",
    "django_session": "A session exists before log-in; the content is signed, keys are random.",
    "django_migrations": "Django's record of applied migrations; no data of a bank.",
    "django_content_type": "Django's list of model names; no data of a bank.",
    "auth_group": "Created by django.contrib.auth and unused; roles are in kernel_role_grant.",
    "auth_permission": "Created by django.contrib.auth and unused; permissions are in kernel.rules.permissions.",
    "auth_group_permissions": "Created by django.contrib.auth and unused.",
    "axes_accessattempt": "Failed log-ins are counted before the bank is known; names as typed and addresses only.",
    "axes_accessattemptexpiration": "End of a lock-out; belongs to axes_accessattempt.",
    "axes_accesslog": "Created by django-axes; switched off (AXES_DISABLE_ACCESS_LOG).",
    "axes_accessfailurelog": "Created by django-axes; switched off by default.",
    "procrastinate_jobs": "One worker takes jobs of all banks; a job carries ids only and opens its bank itself.",
    "procrastinate_events": "When a job was put in, begun and ended; belongs to procrastinate_jobs.",
    "procrastinate_periodic_defers": "When a periodic job was last put in; no data of a bank.",
    "procrastinate_workers": "Heartbeats of worker processes; no data of a bank.",
}
