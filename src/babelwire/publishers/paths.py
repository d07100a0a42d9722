"""Which paths a publisher takes: all of them refuse the same ones, whatever they write to."""

from __future__ import annotations

import re

from babelwire.errors import PublishError

#: Letters that every server, shell and file system can bear; no name begins with a dot but the one that RFC 8615 gives.
PATH = re.compile(r"(?:(?:\.well-known|[A-Za-z0-9_~-][A-Za-z0-9._~-]*)/)*[A-Za-z0-9_~-][A-Za-z0-9._~-]*")
LONGEST = 1000  #: letters of a whole path; file systems take 4096 with the site's own folder in front


def check(path: str) -> str:
    """The path itself.

    Raises PublishError for one that is empty, absolute, leads upwards or hidden, ends in a slash, or has other letters.
    """
    if len(path) > LONGEST or not PATH.fullmatch(path):
        raise PublishError(f"{path[:200]!r} is no path for a file of the site: letters, digits, . _ ~ - and single slashes only")
    return path
