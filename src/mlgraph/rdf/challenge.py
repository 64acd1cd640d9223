"""Answer a server that asks who is there: the Basic and Digest schemes of HTTP."""

from __future__ import annotations

import hashlib
import re
import secrets
from base64 import b64encode
from typing import NamedTuple

__all__ = ["Challenge", "Credentials", "authorization", "challenges"]

_HASHES = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256, "SHA-512-256": None}
_PART = re.compile(r'([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))')
_SCHEME = re.compile(r"(?:^|,)\s*(Basic|Digest)\s+(?=[\w-]+\s*=)", re.IGNORECASE)


class Credentials(NamedTuple):
    """Who we are to a server: a ready header, or a user and password for Basic and Digest; all may be empty."""

    header: tuple[str, str] | None = None
    user: str = ""
    password: str = ""

    def __repr__(self) -> str:
        """Hide what is secret: errors and logs show values."""
        return f"Credentials(header={'set' if self.header else None}, user={self.user!r})"


class Challenge(NamedTuple):
    """What a server asks for: ``basic`` or ``digest``, and its parameters."""

    scheme: str
    values: dict[str, str]


def challenges(header: str) -> list[Challenge]:
    """Return the challenges of a WWW-Authenticate header that can be answered, the safest first.

    Examples
    --------
    >>> [each.scheme for each in challenges('Basic realm="a", Digest realm="a", nonce="1", qop="auth"')]
    ['digest', 'basic']
    """
    heads = list(_SCHEME.finditer(header))
    ends = [head.start() for head in heads[1:]] + [len(header)]
    found = []
    for head, end in zip(heads, ends, strict=True):
        values = {
            name.lower(): re.sub(r"\\(.)", r"\1", quoted) or bare
            for name, quoted, bare in _PART.findall(header[head.end() : end])
        }
        found.append(Challenge(head[1].lower(), values))
    usable = [each for each in found if each.scheme == "basic" or _answerable(each)]
    return sorted(usable, key=lambda each: each.scheme != "digest")


def _answerable(challenge: Challenge) -> bool:
    offered = {each.strip() for each in challenge.values.get("qop", "auth").split(",")}
    return bool(_hash(challenge)) and "nonce" in challenge.values and "auth" in offered


def _hash(challenge: Challenge):  # type: ignore[no-untyped-def]  # noqa: ANN202
    name = challenge.values.get("algorithm", "MD5").upper().removesuffix("-SESS")
    return _HASHES.get(name)


def authorization(
    challenge: Challenge, credentials: Credentials, method: str, target: str, count: int = 1, cnonce: str = ""
) -> str:
    """Return the Authorization header that answers a challenge.

    Parameters
    ----------
    challenge : Challenge
        What the server asks for.
    credentials : Credentials
        User and password.
    method, target : str
        Method and target (path and query) of the request.
    count : int
        How often the server's nonce was used, this time included.
    cnonce : str
        The client's nonce; default a random one.

    References
    ----------
    HTTP Digest Access Authentication, https://www.rfc-editor.org/rfc/rfc7616

    Examples
    --------
    >>> authorization(Challenge("basic", {}), Credentials(None, "Aladdin", "open sesame"), "GET", "/")
    'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=='
    """
    pair = f"{credentials.user}:{credentials.password}"
    if challenge.scheme == "basic":
        return f"Basic {b64encode(pair.encode()).decode()}"
    values = challenge.values
    hashed = _hash(challenge)
    cnonce = cnonce or secrets.token_hex(8)

    def digest(text: str) -> str:
        return str(hashed(text.encode()).hexdigest())

    realm, nonce = values.get("realm", ""), values["nonce"]
    secret = digest(f"{credentials.user}:{realm}:{credentials.password}")
    if values.get("algorithm", "").upper().endswith("-SESS"):
        secret = digest(f"{secret}:{nonce}:{cnonce}")
    asked = digest(f"{method}:{target}")
    parts = {
        "username": _quoted(credentials.user),
        "realm": _quoted(realm),
        "nonce": _quoted(nonce),
        "uri": _quoted(target),
    }
    if "qop" in values:
        number = f"{count:08x}"
        response = digest(f"{secret}:{nonce}:{number}:{cnonce}:auth:{asked}")
        parts |= {"qop": "auth", "nc": number, "cnonce": _quoted(cnonce)}
    else:
        response = digest(f"{secret}:{nonce}:{asked}")
    parts["response"] = _quoted(response)
    if "opaque" in values:
        parts["opaque"] = _quoted(values["opaque"])
    if "algorithm" in values:
        parts["algorithm"] = values["algorithm"]
    return "Digest " + ", ".join(f"{name}={value}" for name, value in parts.items())


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
