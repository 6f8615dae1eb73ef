"""The DuckDB connection in which files are mapped: it opens the folders it is given and nothing else."""

from collections.abc import Iterable
from pathlib import Path

import duckdb

from huikuan.portfolio.lake import sql_text


def mapping_connect(
    folders: Iterable[Path], *, threads: int = 2, spill: Path | None = None
) -> duckdb.DuckDBPyConnection:
    """Open an in-memory connection, zone UTC, locked to ``folders``; ``spill`` is where what exceeds memory goes.

    Equal parts of expressions are not computed once for all, and a column with one value is not taken for a constant:
    DuckDB would then take what may fail (`number(X)`) out of the TRY around it, and one bad row would end the run.
    """
    con = duckdb.connect(":memory:", config={"threads": threads})
    con.execute("set TimeZone = 'UTC'")
    con.execute("set preserve_insertion_order = true")
    con.execute("set disabled_optimizers = 'common_subexpressions,statistics_propagation'")
    con.execute("set autoinstall_known_extensions = false")
    con.execute("set allow_community_extensions = false")
    if spill is not None:
        con.execute(f"set temp_directory = {sql_text(str(spill))}")
        con.execute("set force_mbedtls_unsafe = true")  # as portfolio.lake: else nothing encrypted is written
        con.execute("set temp_file_encryption = true")
    listed = ", ".join(sql_text(str(folder.resolve())) for folder in folders)
    con.execute(f"set allowed_directories = [{listed}]")
    con.execute("set enable_external_access = false")
    con.execute("set lock_configuration = true")
    return con
