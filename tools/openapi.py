"""Write the schema of the HTTP API to web/openapi.json, from which the TypeScript client is generated.

Usage: python tools/openapi.py [--check]; with --check nothing is written, and a difference gives exit code 1.
"""

import json
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = ROOT / "web" / "openapi.json"


def schema_text() -> str:
    """Return the schema as it stands in the file."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huikuan.settings")
    django.setup()
    from huikuan.api import api

    return json.dumps(api.get_openapi_schema(), indent=1, ensure_ascii=False, default=str) + "\n"


def main(arguments: list[str]) -> int:
    """Write or compare; return 1 when the file differs."""
    text = schema_text()
    if "--check" not in arguments:
        SCHEMA.write_text(text, encoding="utf-8")
        return 0
    if SCHEMA.is_file() and SCHEMA.read_text(encoding="utf-8") == text:
        print(f"{SCHEMA.relative_to(ROOT)} is up to date")
        return 0
    print(f"{SCHEMA.relative_to(ROOT)} differs from the routes: run `make api` and commit the result")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
