"""Web addresses as text: one spelling for one article, same site or not, safe joining, and what may stand in a log.

yarl does the syntax (case, ports, dot segments, percent-encoding, IDNA). Ours is what no library does well (25 pairs of one
article and 12 of two, ``tests/text/test_address.py``: courlan unites 16, url-normalize 23 but also 8 wrong ones): which
query parameters say where a reader came from. An unknown parameter always stays.
"""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urljoin

from yarl import URL

_DOTTED = re.compile(r"\.(?:[A-Za-z]|(?<=[Ww][Ww][Ww]\.))")


def hinted(text: str) -> bool:
    """May a web address, an e-mail address, a handle or a tag stand in a text? Patterns that find them try at every letter
    (20 µs a sentence); most sentences hold none of their signs (1 µs)."""
    return "@" in text or "#" in text or "://" in text or _DOTTED.search(text) is not None


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Parameters that say where a reader came from, never what is shown.
TRACKERS = _words("""
    fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid ysclid twclid ttclid li_fat_id igshid igsh mkt_tok _hsenc _hsmi
    __hstc __hssc __hsfp hsctatracking vero_id vero_conv oly_anon_id oly_enc_id wickedid rb_clickid s_cid ncid cmpid cmp icid
    mc_cid mc_eid wt_mc wt_zmc wt.mc_id xtor xtref xtcr at_medium at_campaign at_custom1 at_custom2 at_custom3 at_custom4 at_format
    at_link_id at_link_origin at_link_type at_ptr_name at_bbc_team at_content guccounter guce_referrer guce_referrer_sig
    ns_mchannel ns_source ns_campaign ns_linkname ns_fee sr_share spm scm __twitter_impression ref_src ref_url feature_share
    smid smtyp traffic_source mbid sh_kit cxrecs_s soc_src soc_trk campaign_id pk_campaign pk_kwd piwik_campaign piwik_kwd
    mtm_campaign mtm_source mtm_medium mtm_keyword mtm_content mtm_cid matomo_campaign epik srsltid _ga _gl
    """)
TRACKER_PREFIXES = ("utm_", "hsa_", "stm_", "itm_")
#: Parameters that mean something on some sites: left out only beside a tracker, or where the value names a channel.
WEAK = _words("ref source src from si via share referrer referer partner campaign medium origin")
CHANNELS = _words(
    "rss rss2 atom feed feeds xml rssfeed newsletter email mail twitter tw x.com facebook fb linkedin telegram whatsapp reddit"
)

#: Suffixes under which strangers live side by side, besides those of two letters + one of SECOND.
SHARED_SUFFIXES = _words("""
    blogspot.com wordpress.com github.io gitlab.io substack.com medium.com tumblr.com livejournal.com typepad.com over-blog.com
    netlify.app vercel.app pages.dev herokuapp.com appspot.com web.app firebaseapp.com azurewebsites.net cloudfront.net
    ghost.io wixsite.com weebly.com neocities.org blog.hu blogs.com s3.amazonaws.com
    """)
SECOND = _words("ac co com edu gob gouv gov info mil net nom or org ne go gv ltd plc sch nhs asso press tm ad ed id")

SCHEMES = ("http", "https")
UNSAFE = re.compile(r"[\x00-\x20\x7f-\x9f\\\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
SECRET_NAMES = re.compile(r"(?i)(token|secret|passw|pwd|api_?key|^key$|auth|signature|^sig$|session|^sid$|credential|jwt|^code$|^hash$)")
OPAQUE = re.compile(r"(?=[^/?&=]*\d)[A-Za-z0-9_-]{24,}")


@lru_cache(4096)
def canonical(url: str) -> str:
    """The one spelling under which an article is known: trackers, fragment, default port, credentials left out, query sorted.

    Two addresses of one article give one string; two articles never do. What is no http(s) address comes back stripped.
    """
    text = url.strip()
    parsed = _parse(text)
    if parsed is None:
        return text
    fragment = f"#{parsed.raw_fragment}" if parsed.raw_fragment.startswith("!") else ""
    query = _query(parsed.raw_query_string)
    port = "" if parsed.is_default_port() or parsed.port is None else f":{parsed.port}"
    return f"{parsed.scheme}://{_bracketed(_host(parsed))}{port}{parsed.raw_path or '/'}{'?' if query else ''}{query}{fragment}"


def host(url: str) -> str:
    """The host of an address, lower case, IDNA-encoded, without trailing dot; empty where there is none."""
    parsed = _parse(url.strip())
    return "" if parsed is None else _host(parsed)


def site(name: str) -> str:
    """The part of a host name that one publisher registered (``news.bbc.co.uk`` -> ``bbc.co.uk``); an IP address is itself.

    By rule of thumb: a public suffix list would be exact, but ages, and is only needed to tell the source's own pages from others'.
    """
    labels = name.rstrip(".").split(".")
    if _is_ip(name) or len(labels) <= 2:
        return name.rstrip(".")
    two = ".".join(labels[-2:])
    shared = two in SHARED_SUFFIXES or (len(labels[-1]) == 2 and labels[-2] in SECOND)
    return ".".join(labels[-3:]) if shared else two


def same_site(a: str, b: str) -> bool:
    """Do two addresses belong to one publisher, as far as their hosts tell?"""
    first, second = host(a), host(b)
    return bool(first) and site(first) == site(second)


def join(base: str, href: str) -> str | None:
    """``href``, as found on a page at ``base``, as an absolute http(s) address; None where it is none that we would follow or show.

    Refused: other schemes, control and invisible characters, backslashes, credentials, a host or port that is none.
    """
    text = href.strip(" \t\r\n\f")
    if not text or UNSAFE.search(text.replace(" ", "%20")):
        return None
    try:
        joined = urljoin(base, text.replace(" ", "%20"))
    except ValueError:
        return None
    parsed = _parse(joined)
    return None if parsed is None or parsed.raw_user is not None or parsed.raw_password is not None else str(parsed)


def redact(url: str) -> str:
    """The address without what may be a secret: credentials, values of token-like parameters, long opaque strings in the query."""
    text = re.sub(r"(?<=//)[^/@\s]*@", "***@", url)
    before, mark, query = text.partition("?")
    return before + mark + "&".join(_redacted(pair) for pair in query.split("&"))


# ---------------------------------------------------------------------------------------------- the small steps


def _parse(url: str) -> URL | None:
    try:
        parsed = URL(url)
        port = parsed.port  # yarl checks the port only when asked
    except (ValueError, TypeError):
        return None
    return parsed if parsed.scheme in SCHEMES and parsed.raw_host and port != 0 else None


def _host(parsed: URL) -> str:
    return (parsed.raw_host or "").lower().rstrip(".")


def _bracketed(name: str) -> str:
    return f"[{name}]" if ":" in name else name


def _is_ip(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _query(raw: str) -> str:
    pairs = [p for p in raw.split("&") if p]
    kept = [p for p in pairs if not _is_tracker(_name(p))]
    tracked = len(kept) < len(pairs)
    kept = [p for p in kept if not (_name(p) in WEAK and (tracked or p.partition("=")[2].lower() in CHANNELS))]
    return "&".join(sorted(kept, key=lambda p: p.partition("=")[0]))


def _name(pair: str) -> str:
    return pair.partition("=")[0].lower()


def _is_tracker(name: str) -> bool:
    return name in TRACKERS or name.startswith(TRACKER_PREFIXES)


def _redacted(pair: str) -> str:
    name, mark, value = pair.partition("=")
    return f"{name}=***" if mark and (SECRET_NAMES.search(name) or OPAQUE.fullmatch(value)) else pair
