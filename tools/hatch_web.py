"""Hatch build hook: a wheel without the built pages is refused, since it would serve nothing."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PagesHook(BuildHookInterface):  # type: ignore[misc]
    """Checks that `src/huikuan/webdist` was built. It never builds: building a wheel needs no Node."""

    def initialize(self, version: str, _build_data: dict[str, Any]) -> None:
        """Refuse a build without pages. An editable install passes, because it comes before the pages."""
        if version == "editable":
            return
        if not (Path(self.root) / "src/huikuan/webdist/index.html").is_file():
            raise RuntimeError("The pages are missing in src/huikuan/webdist: run `make web` before building a wheel.")
