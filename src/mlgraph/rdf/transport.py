"""HTTP to a SPARQL server: kept connections, time limits, retries, credentials, bounded answers.

Only the standard library, and only what the SPARQL protocols need. No redirect is followed: an answer
of another place, or credentials sent there, would be a surprise.
"""

from __future__ import annotations

import http.client
import os
import re
import ssl
import time
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from mlgraph.errors import StoreError, UsageError
from mlgraph.rdf.challenge import Challenge, Credentials, authorization, challenges

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Patience", "Reply", "Transport", "checked_url", "credentials_from_environment"]

_BUSY = frozenset({429, 502, 503, 504})
_CHUNK = 1 << 16
_MEGABYTE = 1 << 20


class Patience(NamedTuple):
    """How long a server is waited for, and how much is read from it.

    ``timeout`` is the number of seconds that one request may take, ``attempts`` how often a request is
    sent at most, ``backoff`` the seconds before the second time (doubled each time), ``longest`` the
    most that is waited between two, ``answer_bytes`` the most that an answer may have.
    """

    timeout: float = 60.0
    attempts: int = 4
    backoff: float = 0.5
    longest: float = 30.0
    answer_bytes: int = 512 * _MEGABYTE


class Reply(NamedTuple):
    """The whole answer of a server; ``kind`` is its content type without parameters, in small letters."""

    status: int
    kind: str
    headers: Mapping[str, str]
    body: bytes


class _LostError(Exception):
    """The connection failed; ``fresh`` tells whether it was a new one, or a kept one that may have been closed."""

    def __init__(self, reason: str, *, fresh: bool) -> None:
        super().__init__(reason)
        self.fresh = fresh


def checked_url(url: str) -> str:
    """Return a URL of a server, or say what is wrong with it.

    Raises
    ------
    UsageError
        If it is not an http or https URL with a host, or carries a password or a fragment.

    Examples
    --------
    >>> checked_url("http://localhost:7878/query")
    'http://localhost:7878/query'
    """
    try:
        parts = urlsplit(url)
        known = parts.scheme in {"http", "https"} and parts.hostname and (parts.port or 1)
    except ValueError:  # a port that is no number, or half an IPv6 address
        parts, known = urlsplit(""), None
    if not known or re.search(r"[\s\x00-\x1f\x7f-\uffff]", url):
        raise UsageError(
            f"{_shown(url)!r} is not the URL of a SPARQL server",
            "give the query endpoint, such as http://localhost:7878/query",
        )
    if "@" in parts.netloc:
        raise UsageError(
            "a URL with a user or password in it is not taken, since URLs are shown and logged",
            "set MLGRAPH_STORE_USER and MLGRAPH_STORE_PASSWORD",
        )
    if parts.fragment:
        raise UsageError(f"{url}: a server's URL has no part after #")
    return url


def _shown(url: str) -> str:
    """Return a URL without what may be a password."""
    return re.sub(r"//[^/@]*@", "//...@", url)[:200]


def credentials_from_environment() -> Credentials:
    """Return the credentials that the environment gives.

    ``MLGRAPH_STORE_HEADER`` is one header as it is sent, such as ``Authorization: Bearer ...``;
    ``MLGRAPH_STORE_USER`` and ``MLGRAPH_STORE_PASSWORD`` answer a server that asks for Basic or Digest.

    Raises
    ------
    UsageError
        If the header is not ``Name: value``.
    """
    header = os.environ.get("MLGRAPH_STORE_HEADER", "")
    pair = None
    if header:
        name, colon, value = header.partition(":")
        sound = re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name) and re.fullmatch(
            r"[\x20-\x7e]+", value.strip()
        )
        if not colon or not sound:
            raise UsageError(
                "MLGRAPH_STORE_HEADER is not a header", "set it to `Name: value`, such as `X-Api-Key: ...`"
            )
        pair = (name, value.strip())
    return Credentials(
        pair, os.environ.get("MLGRAPH_STORE_USER", ""), os.environ.get("MLGRAPH_STORE_PASSWORD", "")
    )


class Transport:
    """Sends requests and returns whole replies; safe to use from several threads.

    Parameters
    ----------
    patience : Patience
        Limits of time, number and size.
    credentials : Credentials
        Who we are.
    """

    def __init__(self, patience: Patience = Patience(), credentials: Credentials = Credentials()) -> None:  # noqa: B008 - frozen
        self._idle: dict[str, list[http.client.HTTPConnection]] = {}
        self.patience = patience
        self._credentials = credentials
        self._asked: dict[str, Challenge] = {}
        self._count = 0

    def close(self) -> None:
        """Close the connections that are kept."""
        for kept in self._idle.values():
            while kept:
                kept.pop().close()

    def __del__(self) -> None:
        """Close what is still kept; a store is used and forgotten like a value."""
        self.close()

    def send(
        self,
        method: str,
        url: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send a request, again after a failure, and return the reply, whatever its status.

        Parameters
        ----------
        method, url : str
            As in HTTP.
        body : bytes, optional
            What to send.
        headers : mapping of str to str, optional
            Beside those for credentials.

        Returns
        -------
        Reply

        Raises
        ------
        StoreError
            If the server cannot be reached, breaks off, is too slow or answers too much.

        Notes
        -----
        Only for requests that do the same when they are done twice.
        """
        attempt = 1
        stale = 0
        while True:
            try:
                reply = self._authorized(method, url, body, dict(headers or {}))
            except _LostError as lost:
                if not lost.fresh and stale < 8:  # a kept connection that the server has closed
                    stale += 1
                    continue
                if attempt >= self.patience.attempts:
                    tried = f" after {attempt} attempts" if attempt > 1 else ""
                    raise StoreError(
                        f"{url}: {lost}{tried}", "see that the server runs and that the URL is right"
                    ) from lost
                wait = self._wait(attempt)
            else:
                if reply.status not in _BUSY or attempt >= self.patience.attempts:
                    return reply
                wait = max(self._wait(attempt), _retry_after(reply))
                if wait > self.patience.longest:
                    return reply
            time.sleep(wait)
            attempt += 1

    def _wait(self, attempt: int) -> float:
        return min(self.patience.backoff * 2.0 ** (attempt - 1), self.patience.longest)

    def _authorized(self, method: str, url: str, body: bytes | None, headers: dict[str, str]) -> Reply:
        """Send once, and once more with credentials where the server asks for them."""
        place = urlsplit(url)
        home = f"{place.scheme}://{place.netloc}"
        target = (place.path or "/") + (f"?{place.query}" if place.query else "")
        if self._credentials.header:
            name, value = self._credentials.header
            headers[name] = value
        known = self._asked.get(home)
        if known and self._credentials.user:
            headers["Authorization"] = self._answer(known, method, target)
        reply = self._once(method, url, body, headers)
        if reply.status != 401 or not self._credentials.user:
            return reply
        asked = challenges(reply.headers.get("www-authenticate", ""))
        stale = asked and asked[0].values.get("stale", "").lower() == "true"
        if not asked or (known and not stale and asked[0].values.get("nonce") == known.values.get("nonce")):
            return reply
        self._asked[home] = asked[0]
        self._count = 0
        headers["Authorization"] = self._answer(asked[0], method, target)
        return self._once(method, url, body, headers)

    def _answer(self, challenge: Challenge, method: str, target: str) -> str:
        self._count += 1
        return authorization(challenge, self._credentials, method, target, self._count)

    def _once(self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]) -> Reply:
        place = urlsplit(url)
        home = f"{place.scheme}://{place.netloc}"
        kept = self._idle.setdefault(home, [])
        try:
            connection = kept.pop()
            fresh = False
        except IndexError:
            connection = self._connection(url)
            fresh = True
        deadline = time.monotonic() + self.patience.timeout
        target = (place.path or "/") + (f"?{place.query}" if place.query else "")
        whole = False
        try:
            connection.request(method, target, body=body, headers={"User-Agent": "mlgraph", **headers})
            response = connection.getresponse()
            content = self._read(url, response, deadline)
            response.close()  # else the kept connection waits for the rest, of which there is none
            whole = not response.will_close
        except TimeoutError as error:
            raise self._too_slow(url) from error
        except ssl.SSLError as error:
            raise StoreError(
                f"{url}: no safe connection ({error.reason or error})", "see the server's certificate"
            ) from error
        except http.client.IncompleteRead as error:
            raise _LostError("the server broke off in the middle of an answer", fresh=True) from error
        except (http.client.HTTPException, OSError) as error:
            raise _LostError(_reason(error), fresh=fresh) from error
        finally:
            if whole:
                kept.append(connection)
            else:
                connection.close()
        names = {name.lower(): value for name, value in response.getheaders()}
        kind = names.get("content-type", "").partition(";")[0].strip().lower()
        return Reply(response.status, kind, names, content)

    def _connection(self, url: str) -> http.client.HTTPConnection:
        place = urlsplit(url)
        maker = http.client.HTTPSConnection if place.scheme == "https" else http.client.HTTPConnection
        return maker(place.hostname or "", place.port, timeout=self.patience.timeout)

    def _read(self, url: str, response: http.client.HTTPResponse, deadline: float) -> bytes:
        """Return the body, or raise if it is longer than allowed, cut off or too slow."""
        promised = response.length
        parts: list[bytes] = []
        size = 0
        while part := response.read1(_CHUNK):
            parts.append(part)
            size += len(part)
            if size > self.patience.answer_bytes:
                raise StoreError(
                    f"{url}: the answer has more than {self.patience.answer_bytes / _MEGABYTE:,.0f} MB",
                    "ask for less, with a LIMIT or a narrower pattern",
                )
            if time.monotonic() > deadline:
                raise self._too_slow(url)
        if promised is not None and size < promised:
            raise http.client.IncompleteRead(b"", promised - size)
        return b"".join(parts)

    def _too_slow(self, url: str) -> StoreError:
        return StoreError(
            f"{url}: no whole answer within {self.patience.timeout:g} s",
            "ask for less, or set MLGRAPH_STORE_TIMEOUT to more seconds",
        )


def _reason(error: Exception) -> str:
    if isinstance(error, http.client.RemoteDisconnected | ConnectionResetError | BrokenPipeError):
        return "the server closed the connection without an answer"
    if isinstance(error, http.client.HTTPException):
        return "what answers there does not speak HTTP"
    words = getattr(error, "strerror", None) or str(error)
    return f"cannot be reached ({words})"


def _retry_after(reply: Reply) -> float:
    """Return the seconds that a busy server asks to wait; 0 if it does not say."""
    said = reply.headers.get("retry-after", "").strip()
    if said.isdigit():
        return float(said[:9])
    try:
        return max(0.0, parsedate_to_datetime(said).timestamp() - time.time())
    except (TypeError, ValueError):
        return 0.0
