"""The agreement as text for people."""

from huikuan.sample.facts import SNAPSHOT_ON, LenderStatus
from huikuan.sample.rules.agreement import BANDS, Agreement, Band

_LATE = (LenderStatus.GRACE, LenderStatus.LATE_16, LenderStatus.LATE_31)


def agreement_text(found: Agreement) -> str:
    """Return the confusion table and the rates with their base line."""
    lines = [f"Days past due at the close of {SNAPSHOT_ON}, ours (columns) against the lender's status (rows)", ""]
    lines.append(f"{'':22}" + "".join(f"{band:>10}" for band in Band) + f"{'right':>16}")
    for status in BANDS:
        counts = [found.table.get((status, band), 0) for band in Band]
        right, total = found.recall(status)
        lines.append(f"{status:22}" + "".join(f"{count:>10,}" for count in counts) + f"{right:>8,} of {total:,}")
    late = [(key, count) for key, count in found.table.items() if key[0] in _LATE]
    seen = sum(count for (_, band), count in late if band is not Band.CURRENT)
    ours = sum(count for (_, band), count in found.table.items() if band is not Band.CURRENT)
    all_late = sum(count for _, count in late)
    lines += [
        "",
        f"strict             {_rate(found.strict, found.compared)}",
        f"1-15 with 16-30    {_rate(found.merged, found.compared)}   (they differ by the day, which is not published)",
        f"all called current {_rate(found.all_current, found.compared)}   (what no work at all would reach)",
        f"late loans found   {_rate(seen, all_late)}",
        f"found ones late    {_rate(seen, ours)}",
        "",
        "Paid-off and charged-off loans are left out: their state is taken from the source. Rows of 1-30 days count as",
        "right in either step. One missing instalment is the limit of the source: it tells neither the due day nor the",
        "day of a payment; whether June's instalment was late or not yet due is seen from the weekday of issue only.",
    ]
    return "\n".join(lines)


def _rate(part: int, whole: int) -> str:
    return f"{part:>6,} of {whole:>6,} = {100 * part / whole:6.2f} %"
