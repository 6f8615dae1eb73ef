"""The bank's product catalogue, as its core system delivers it."""

from django.db import models


class Product(models.Model):
    """A loan product; ``monthly_instalment`` decides the regulatory overdue balance of consumer loans."""

    pk = models.CompositePrimaryKey("bank_id", "product_code")
    bank_id = models.BigIntegerField()
    product_code = models.CharField(max_length=32)
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    kind = models.CharField(max_length=16)
    retail = models.BooleanField()
    monthly_instalment = models.BooleanField()
    changed_on = models.DateField()

    class Meta:
        db_table = "portfolio_product"

    def __str__(self) -> str:
        return self.product_code
