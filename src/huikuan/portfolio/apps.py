"""Django application of the portfolio."""

from django.apps import AppConfig


class PortfolioConfig(AppConfig):
    """Parties' vault, products, loads and rejects, the lake's file list, the published desk."""

    name = "huikuan.portfolio"
    label = "portfolio"

    def ready(self) -> None:
        """Tell the kernel's health route how old the books are."""
        from huikuan.kernel.ports import book_age_register
        from huikuan.portfolio.selectors.freshness import books_age

        book_age_register(books_age)
