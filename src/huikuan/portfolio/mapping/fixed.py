"""Lines whose columns stand at fixed positions, counted in bytes or characters of the file."""

from collections.abc import Sequence

from huikuan.portfolio.lake import sql_text
from huikuan.portfolio.mapping.model import Form, position_of
from huikuan.portfolio.mapping.plain import FILLER

NO_SEPARATOR = "\U0010ffff"  # no character: a line is one value

_LINE = "coalesce(c_line, '')"


def fixed_value(form: Form, name: str) -> str:
    """Return SQL of a column over the whole line ``c_line``."""
    first, last = position_of((form.positions or {})[name])
    part = f"substr({_LINE}, {first}, {last - first + 1})"
    return f"replace({part}, '{FILLER}', '')" if form.count == "bytes" else part


def fixed_broken(form: Form, names: Sequence[str]) -> str:
    """Return SQL of what was expected of a line that does not have its positions; null for a good one."""
    ends = {name: position_of(text) for name, text in (form.positions or {}).items()}
    whole = max(last for _, last in ends.values())
    wrong = f"length({_LINE}) {'>' if form.open_right else '<>'} {whole}"
    least = "at most " if form.open_right else ""
    cases = f"when {wrong} then '{least}{whole} {form.count} a line, not ' || length({_LINE})"
    if form.count == "bytes":
        cuts: dict[int, str] = {}  # a position that no character may reach into → what is said if one does
        for name in names:
            first, last = ends[name]
            for place in (first, last + 1):
                cuts.setdefault(place, f"{name} at the bytes {first} to {last}: one of its ends is inside a character")
        inside = " ".join(
            f"when substr({_LINE}, {place}, 1) = '{FILLER}' then {sql_text(what)}" for place, what in cuts.items()
        )
        cases += f" when contains({_LINE}, '{FILLER}') then case {inside} end" if inside else ""
    return f"case {cases} end"
