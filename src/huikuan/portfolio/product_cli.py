"""Commands of products: the shipped bundles, a bank's own ones, and the check of a bundle file."""

import textwrap
from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings

from huikuan.kernel.errors import NotFoundError
from huikuan.kernel.selectors.users import bank_by_code
from huikuan.portfolio.explain.words import Language
from huikuan.portfolio.product_describe import conventions_page, products_page
from huikuan.portfolio.product_policies import product_own_load, products_load, products_of_bank
from huikuan.portfolio.product_view import ConventionView, ProductView, product_view
from huikuan.portfolio.rules.products import ProductBundle

app = typer.Typer(pretty_exceptions_enable=False, no_args_is_help=True, help="Product bundles and their conventions.")
_Lang = Annotated[Language, typer.Option("--lang", help="Language of the texts.")]
_Bank = Annotated[str, typer.Option("--bank", help="Code of a bank: its own bundles too.")]


@app.command("list")
def list_command(bank: _Bank = "", language: _Lang = Language.ZH) -> None:
    """List the product bundles: methods, frequencies and how many conventions leave a choice."""
    bundles = bundles_named(bank).values()
    wide = max(len(bundle.code) for bundle in bundles)
    for bundle in bundles:
        name = bundle.name_zh if language is Language.ZH else bundle.name_en
        base = "" if bundle.base is None else f" · {bundle.base}"
        count = product_view(bundle).choices
        choices = f"{count} 项可选" if language is Language.ZH else f"{count} choices"
        typer.echo(f"{bundle.code:<{wide}}  {name}{base} · {bundle.kind} · {choices} · {', '.join(bundle.methods)}")


@app.command("show")
def show_command(
    code: Annotated[str, typer.Argument(help="Code of the bundle.")], bank: _Bank = "", language: _Lang = Language.ZH
) -> None:
    """Show every convention of a bundle in words: default, what a note may choose, source and certainty."""
    bundles = bundles_named(bank)
    if code not in bundles:
        raise NotFoundError("product", repr(code), hint=f"Known products: {', '.join(sorted(bundles))}.")
    typer.echo(_text(product_view(bundles[code]), chinese=language is Language.ZH), nl=False)


@app.command("check")
def check_command(
    file: Annotated[Path, typer.Argument(help="YAML file of a bank's own bundle.", dir_okay=False)],
) -> None:
    """Check a bank's own bundle: it may only use what its base declares and only tighten limits."""
    bundle = product_own_load(file)
    base = product_view(products_load()[str(bundle.base)])
    view = product_view(bundle)
    typer.echo(f"{file.name}: {bundle.code} is a {bundle.base} with {view.choices} of {base.choices} choices left.")


@app.command("describe")
def describe_command() -> None:
    """Print the reference page of the shipped bundles as Markdown."""
    typer.echo(products_page(), nl=False)


@app.command("describe-conventions")
def describe_conventions_command() -> None:
    """Print the reference page of all conventions, value by value, as Markdown."""
    typer.echo(conventions_page(), nl=False)


def bundles_named(bank: str) -> dict[str, ProductBundle]:
    """The shipped bundles, with those of a bank where its code is given. Raises NotFoundError for an unknown bank."""
    home: Path = settings.HOME
    return dict(products_of_bank(home, bank_by_code(bank).code) if bank else products_load())


def _text(view: ProductView, *, chinese: bool) -> str:
    bundle = view.bundle
    lines = [
        f"{bundle.code} · {bundle.name_zh if chinese else bundle.name_en}",
        bundle.purpose_zh if chinese else bundle.purpose_en,
        "",
        f"methods      {', '.join(bundle.methods)}",
        f"frequencies  {', '.join(bundle.frequencies)}",
        f"compound     {', '.join(bundle.compounds)}",
        f"schedules    {', '.join(bundle.schedules)}",
        f"terms        {', '.join(bundle.features) or '-'}",
        f"instalments  {bundle.instalment_count.text()}",
    ]
    for group in view.groups:
        lines += ["", f"== {group.name_zh if chinese else group.name_en}"]
        for each in group.conventions:
            lines += _convention_lines(each, chinese=chinese)
    if view.combinations:
        lines += ["", f"== {'不能同时使用' if chinese else 'Not together'}"]
        for pair in view.combinations:
            facts = "; ".join(f"{fact} {'/'.join(values)}" for fact, values in pair.facts)
            lines.append(f"  {facts}: {pair.statement_zh if chinese else pair.statement_en}")
    return "\n".join(lines) + "\n"


def _convention_lines(each: ConventionView, *, chinese: bool) -> list[str]:
    lines = [f"{each.name_zh if chinese else each.name_en} ({each.field})"]
    for value in each.alternatives:
        mark = "*" if value.default else " "
        words = value.zh if chinese else value.en
        lines += textwrap.wrap(words, 110, initial_indent=f"  {mark} ", subsequent_indent="    ")
    source = each.source
    title = source.title_zh if chinese else source.title_en
    lines.append(f"    [{title} · {source.force}, {source.certainty}]")
    return lines
