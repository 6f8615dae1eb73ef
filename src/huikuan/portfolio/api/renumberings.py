"""Keys that changed at a merger."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Query
from pydantic import Field

from huikuan.kernel.api.routing import SecureRouter, actor_of, needs
from huikuan.portfolio.selectors.renumberings import KEYS_PER_PAGE_MAX, Kind, RenumberingPage, renumbering_page

router = SecureRouter(tags=["data quality"])
Key = Annotated[str, Query(), Field(max_length=64)]


@router.get("/renumberings", auth=needs("rejects.read"), response=RenumberingPage)
def renumberings(
    request: HttpRequest,
    kind: Kind = "institution",
    key: Key = "",
    after: Key = "",
    limit: Annotated[int, Query(), Field(ge=1, le=KEYS_PER_PAGE_MAX)] = 50,
) -> RenumberingPage:
    """Return the map of the bank's former and present keys; of ``key`` what it became and what became it."""
    return renumbering_page(bank_id=actor_of(request).bank_id, kind=kind, key=key.strip(), after=after, limit=limit)
