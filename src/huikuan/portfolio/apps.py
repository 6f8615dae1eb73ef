"""Django application of the portfolio."""

from django.apps import AppConfig


class PortfolioConfig(AppConfig):
    """Parties' vault, products, loads and rejects, the lake's file list, the published desk."""

    name = "huikuan.portfolio"
    label = "portfolio"
