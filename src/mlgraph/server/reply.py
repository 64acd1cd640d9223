"""Answers of pages and documents: entity tags, 304, compression, and headers that protect readers.

The gate in front of everything adds what every answer has: CORS, and no guessing of types.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import threading
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from starlette.responses import RedirectResponse, Response

from mlgraph.server.negotiate import accepted_encoding, preferred

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request

__all__ = ["POLICY", "Frozen", "Once", "failure", "freeze", "reply", "see_other", "wants_page"]

T = TypeVar("T")

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""The content security policy of our pages: everything from this server, nothing inline."""

_COMPRESS_ABOVE = 1000
_SAFE = {
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_TAG = re.compile(r'(?:W/)?("[^"]*")')


class Once(Generic[T]):
    """A value that is computed when first asked for, by one thread, and then kept.

    Examples
    --------
    >>> numbers = Once(lambda: [1])
    >>> numbers() is numbers()
    True
    """

    def __init__(self, compute: Callable[[], T]) -> None:
        self._compute = compute
        self._lock = threading.Lock()
        self._value: list[T] = []

    def __call__(self) -> T:
        """Return the value."""
        if not self._value:
            with self._lock:
                if not self._value:
                    self._value.append(self._compute())
        return self._value[0]


class Frozen(NamedTuple):
    """A body that is sent often: as it is, compressed, and the value of its entity tag."""

    raw: bytes
    zipped: bytes
    tag: str


def freeze(body: str | bytes) -> Frozen:
    """Return a body with all that is computed from it, so that this is done once."""
    raw = body.encode() if isinstance(body, str) else body
    return Frozen(raw, gzip.compress(raw, 5, mtime=0), _hash(raw))


def _hash(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()[:32]


def reply(
    request: Request,
    body: str | bytes | Frozen,
    media: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    policy: str = "default-src 'none'; frame-ancestors 'none'",
) -> Response:
    """Return a whole answer, or 304 where the client has it already.

    Parameters
    ----------
    request : Request
        What was asked.
    body : str, bytes or Frozen
        The answer.
    media : str
        Its media type, with the charset where it has one.
    status : int
        The status code.
    headers : mapping, optional
        Further headers; one given here wins.
    policy : str
        The content security policy.
    """
    frozen = body if isinstance(body, Frozen) else None
    raw = body.raw if isinstance(body, Frozen) else body.encode() if isinstance(body, str) else body
    coding = accepted_encoding(request.headers.get("accept-encoding")) if len(raw) > _COMPRESS_ABOVE else ""
    if media == "application/gzip":
        coding = ""
    tag = f'"{frozen.tag if frozen else _hash(raw)}{"-gz" if coding else ""}"'
    all_headers = {
        **_SAFE,
        "Content-Type": media,
        "Content-Security-Policy": policy,
        "Vary": "Accept, Accept-Encoding",
        "Cache-Control": "no-cache",
        **(headers or {}),
    }
    if status == 200:
        all_headers["ETag"] = tag
        given = request.headers.get("if-none-match", "")
        if given.strip() == "*" or tag in _TAG.findall(given):
            del all_headers["Content-Type"]
            return Response(status_code=304, headers=all_headers)
    if coding:
        raw = frozen.zipped if frozen else gzip.compress(raw, 5, mtime=0)
        all_headers["Content-Encoding"] = coding
    return Response(raw, status_code=status, headers=all_headers)


def see_other(address: str, links: str = "") -> Response:
    """Return a 303 to another address of this server."""
    headers = {**_SAFE, "Vary": "Accept"}
    if links:
        headers["Link"] = links
    return RedirectResponse(address, status_code=303, headers=headers)


def failure(
    request: Request, status: int, message: str, headers: Mapping[str, str] | None = None
) -> Response:
    """Return an error as one plain line."""
    return reply(request, f"{message}\n", "text/plain; charset=utf-8", status=status, headers=headers)


def wants_page(request: Request) -> bool:
    """Return whether the client would rather have HTML than anything else we have."""
    accept = request.headers.get("accept", "")
    return preferred(accept, ("application/json", "text/html")) == "text/html" if accept else False
