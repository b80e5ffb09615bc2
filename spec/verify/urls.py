"""URLs of the manifest: campaign §3.2."""

import ipaddress
import re

import uts46
from conventions import Broken, check

LONGEST = 512
DEFAULT_PORTS = {"https": "443", "http": "80"}
_URL = re.compile(
    r"(https?)://(?:([^/?#]*)@)?(\[[^/?#@]*\]|[^/?#@:]*)(?::([^/?#@]*))?((?:/[^?#]*)?)([?#].*)?",
    re.DOTALL,
)
"""Scheme, user, host, port, path, and what follows."""
_FORBIDDEN_IN_HOST = re.compile(r"[\x00-\x20\x7f#/:<>?@\[\\\]^|%]")
_PATH = re.compile("[A-Za-z0-9._~/-]*")
_SIGNS = '\x00-\x20\x7f-\U0010ffff"#/:;<=>?@\\[\\\\\\]^`{|}'
_USER = re.compile(f"[^{_SIGNS}]*:[^{_SIGNS}]+|[^{_SIGNS}]+")
"""A user and a password, not both empty, with what stands in one only encoded left out."""


def check_url(url: str) -> None:
    """Refuses another form than the normal one [CAM-27], more than a base [CAM-28], and other
    schemes [CAM-29]."""
    check(len(url.encode()) <= LONGEST, "CAM-27", "a URL is too long")
    other = re.match("(?!https?:)[a-z][a-z0-9+.-]*:", url)
    check(other is None, "CAM-29", "a URL with another scheme than https and http")
    parts = _URL.fullmatch(url)
    if parts is None:
        raise Broken("CAM-27", "not a URL in its normal form")
    name, user, host, port, path, extra = parts.groups()
    good = user is None or _USER.fullmatch(user) is not None
    check(good, "CAM-27", "not a user in normal form")
    check(_is_host(host) and _is_port(port, name), "CAM-27", "not a host and port in normal form")
    good = _is_path(path) and (path != "" or extra is None)
    check(good, "CAM-27", "not a path in normal form")
    check(user is None and extra is None, "CAM-28", "a URL with a user, query or fragment")
    check(not path.endswith("/"), "CAM-27", "a URL with a slash at its end")
    allowed = name == "https" or _is_near(host)
    check(allowed, "CAM-29", "a URL with http and a host that is not near")


def authority(url: str) -> str:
    """The host, and `:port` where the URL has one."""
    return without_scheme(url).partition("/")[0]


def scheme(url: str) -> str:
    """`https` or `http`."""
    return url.partition("://")[0]


def without_scheme(url: str) -> str:
    """All that follows `://`."""
    return url.partition("://")[2]


def _is_port(port: str | None, scheme_name: str) -> bool:
    if port is None:
        return True
    good = re.fullmatch("0|[1-9][0-9]{0,4}", port) is not None
    return good and int(port) < 65536 and port != DEFAULT_PORTS[scheme_name]


def _is_host(host: str) -> bool:
    """Whether a host is written as the URL standard writes it."""
    if host.startswith("["):
        return _is_ipv6(host[1:-1])
    if host == "" or not host.isascii() or _FORBIDDEN_IN_HOST.search(host):
        return False
    labels = host.removesuffix(".").split(".")
    if re.fullmatch("[0-9]+|0[xX][0-9a-fA-F]*", labels[-1]):
        return _is_ipv4(host)
    try:
        return uts46.to_ascii(host, std3=False) == host
    except uts46.NoDomain:
        return False


def _is_ipv4(host: str) -> bool:
    try:
        return str(ipaddress.IPv4Address(host)) == host
    except ValueError:
        return False


def _is_ipv6(host: str) -> bool:
    """Whether these are the pieces of an address, in hex, its longest run of zeros left out."""
    try:
        number = ipaddress.IPv6Address(host).packed
    except ValueError:
        return False
    pieces = [f"{int.from_bytes(number[at : at + 2], 'big'):x}" for at in range(0, 16, 2)]
    runs = re.finditer("(?:0:){2,}", ":".join("0" if p == "0" else "x" for p in pieces) + ":")
    longest = max(runs, key=lambda run: run.end() - run.start(), default=None)
    if longest is None:
        return ":".join(pieces) == host
    first, last = longest.start() // 2, longest.end() // 2
    return ":".join(pieces[:first]) + "::" + ":".join(pieces[last:]) == host


def _is_path(path: str) -> bool:
    good = _PATH.fullmatch(path) is not None
    return good and not any(segment in (".", "..") for segment in path.split("/"))


def _is_near(host: str) -> bool:
    """`localhost`, a loopback address, or a host below `.onion`."""
    if host == "localhost" or host == "[::1]" or host.endswith(".onion"):
        return True
    return _is_ipv4(host) and ipaddress.IPv4Address(host).is_loopback
