"""Django application of the kernel."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    """Banks, institutions, users, calendar."""

    name = "huikuan.kernel"
    label = "kernel"
