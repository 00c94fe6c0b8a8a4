"""What an HTTP answer that holds no figures means: which fault it is, and where it may send us on to."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from dagster_project.sources.errors import PermanentSourceError, SourceFault, TransientSourceError
from dagster_project.sources.hosts import Host


def followed(host: Host, url: str, location: str) -> str:
    """The address that `url` sends us on to, when it is one we may follow: the same machine, or one allowed.

    Raises: PermanentSourceError redirected.
    """
    here = httpx.URL(url)
    try:
        there = here.join(location)
    except httpx.InvalidURL as error:
        raise PermanentSourceError(
            "redirected", f"{url}: sent on to no address, {location[:200]!r}"
        ) from error
    same = (there.scheme, there.netloc) == (here.scheme, here.netloc)
    known = there.scheme == "https" and there.host.casefold() in {
        httpx.URL(host.base_url).host.casefold(),
        *(name.casefold() for name in host.redirects_to),
    }
    if not location or not (same or known):
        raise PermanentSourceError(
            "redirected",
            f"{url}: sent on to {location[:200] or 'nowhere'}, not the publisher's machine; "
            "when it has moved there, mend sources/hosts.yaml",
        )
    return str(there)


def fault_of_status(
    host: Host, method: str, url: str, status: int, headers: httpx.Headers, body: bytes
) -> SourceFault | None:
    """The fault an HTTP status stands for, None when the answer is good.

    PxWeb answers 400 for tables and folders it does not know, 403 or 413 for too many cells, 429 for too
    many calls (docs/sources/statfin.md).
    """
    is_pxweb = host.contract.startswith("pxweb")
    if status == 200:
        return None
    if status in (429, 503):
        kind, words = ("rate_limited", "too many calls") if status == 429 else ("server_error", "overloaded")
        return TransientSourceError(kind, f"{url}: {words} ({status})", retry_after=_retry_after(headers))
    if status == 403:
        why = "too many cells at once, or not allowed" if is_pxweb else "not allowed"
        return TransientSourceError("refused", f"{url}: refused (403): {why}")
    if status == 401:
        return PermanentSourceError("refused", f"{url}: the publisher asks for credentials (401)")
    if status == 413:
        return PermanentSourceError("too_many_cells", f"{url}: too many cells at once (413)")
    if status >= 500:
        return TransientSourceError(
            "server_error",
            f"{url}: the publisher's server fails ({status})",
            retry_after=_retry_after(headers),
        )
    if method == "GET" and status in (400, 404, 410):
        hint = (
            "Ids became four characters in June 2026 (11re.px); look the table up in the publisher's database"
            " and mend sources/catalogue"
            if is_pxweb
            else "Look it up at the publisher's and mend sources/catalogue or sources/hosts.yaml"
        )
        what = "knows no such table" if is_pxweb else "has nothing at this address"
        return PermanentSourceError("wrong_table", f"{url}: the publisher {what} ({status}). {hint}")
    said = " ".join(body[:200].decode("utf-8", "replace").split()) or "no reason given"
    return PermanentSourceError("drifted", f"{url}: the query was refused ({status}): {said}")


def _retry_after(headers: httpx.Headers) -> float | None:
    """Seconds from now in the Retry-After header, which is a number or a date; None without one."""
    text = headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None
