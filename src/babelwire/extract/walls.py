"""What stands in front of an article: consent walls, sign-ins, bot checks, and pages that end in the middle.

Each looks like a short article, and would be translated and published as one. The feed says what the article is called: a text
that shares none of the title's words and speaks of cookies or subscriptions instead is a wall. The words alone prove nothing,
for there are articles about cookies; nor does a title alone, for there are feeds that name things differently. Of 351 real
pages none has so many of the words; none but cut ones ends in the middle.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from babelwire.errors import ExtractError
from babelwire.model import Article, Entry, Page

LEADS = frozenset(
    {"account", "accounts", "auth", "captcha", "challenge", "consent", "cookie-consent", "cookie-wall", "cookiewall", "login"}
    | {"paywall", "privacy-gate", "sign-in", "signin", "sso", "subscribe"}
)
#: What a page calls itself that wants to know whether we are a person.
CHECKS = re.compile(
    r"^(just a moment|attention required|access (to this page has been )?denied|are you (a )?(robot|human)|checking your browser|"
    r"pardon our interruption|verify(ing)? (that )?you are (a )?human|please (verify|enable (javascript|cookies))|"
    r"security (check|verification)|one more step|403 forbidden|request blocked|un instant|un momento|einen moment)\b",
    re.IGNORECASE,
)
#: Words of consent and of subscription, beginnings of words in the languages that most newspapers are written in.
WALL = re.compile(
    r"cookie|куки|kolačić|evästee|küpsis|ملفات تعريف الارتباط|"
    r"\b(?:consent|einwilligung|zustimm|toestemming|samtyck|samtykk|consenso|souhlas|zgod[aęy]\b|hozzájárul|συγκατάθεση|соглас)|"
    r"\b(?:privacy|vie privée|privacidad|privacidade|privadesa|datenschutz|конфиденциальн|prywatnoś|الخصوصية)|"
    r"隐私|隱私|プライバシー|개인정보|"
    r"\b(?:advertis|personali[sz]ed|werbung|publicités?\b|publicidad\b|pubblicità\b|реклам)|"
    r"\b(?:subscri|abonn|suscr[ií]b|assina(?:nte|tura)|abbonat|подпис|subskry)|订阅|訂閱|購読|구독|"
    r"\b(?:sign in|log in|se connecter|connectez-vous|anmelden|iniciar sesión|accedi\b|войдите|entrar na conta)|"
    r"\b(?:accept all|reject all|tout accepter|tout refuser|alle akzeptieren|aceptar todo|rechazar todo|accetta tutto|"
    r"manage (?:preferences|settings|options)|our partners|nos partenaires|unsere partner|nuestros socios)",
    re.IGNORECASE,
)
TERMS = 4  #: different ones from which a page may be a wall
LONGEST = 700  #: words; a wall with more would be a text about something
DENSE = r"\u0e01-\u0edf\u1000-\u109f\u1780-\u17d3\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3"
WORD = re.compile(rf"[{DENSE}]{{2}}|[^\W\d_{DENSE}]{{4,}}|\d{{2,}}")
MIDDLE = re.compile(r"[\w,;–-]\s*$")
#: What stands where the rest of an article would: the page breaks off at an offer to subscribe.
OFFER = re.compile(
    r"\b(subscribe|sign in|log ?in|register|become a (member|subscriber)) (now |today |here )?(to|and) "
    r"((continue|keep) reading|unlock|read (the (full|whole|rest)|this (article|story)))|"
    r"\b(this|the rest of the) (article|story|content) is (only |reserved |exclusively )?(for|available to) (our )?(subscribers|members)|"
    r"\b(réservé|réservée|réservés) (à nos|aux) abonnés|abonnez-vous pour|il vous reste [\d,.]+ ?% de cet article|"
    r"\b(nur für abonnenten|jetzt (abonnieren|weiterlesen|registrieren)|weiterlesen mit)|"
    r"\b(contenido|artículo|noticia) (exclusiv[oa]|solo) para (suscriptores|abonados)|suscríbete para|hazte suscriptor|"
    r"\b(conteúdo|matéria) exclusiv[oa] para assinantes|assine para|questo contenuto è riservato agli abbonati|abbonati per|"
    r"\bcontingut exclusiu per a subscriptors|subscriu-te per|только для подписчиков|оформите подписку|"
    r"dostępne? tylko dla (prenumeratorów|subskrybentów)",
    re.IGNORECASE,
)
TEASER = 250  #: words of a text that an offer may end


def check(page: Page, made: Article, entry: Entry) -> None:
    """Raises ExtractError where what was taken out of a page is not the article that the feed announced, or half of it."""
    why = _led(page) or _wall(made, entry) or _cut(page, made)
    if why:
        raise ExtractError(page.url, why)


def offer(words: int, texts: Iterable[str]) -> str:
    """The offer to subscribe at which a short text breaks off, in the page's words; empty: it does not. ``texts``: what stands
    at its end and behind it."""
    found = (OFFER.search(t) for t in texts) if words <= TEASER else ()
    return next((m[0] for m in found if m), "")


def _led(page: Page) -> str:
    """Does the way end at a sign-in or a consent page that was not asked for?"""
    asked, came = _parts(page.asked), _parts(page.url)
    return f"the page leads to {page.url}, which is no article" if (came - asked) & LEADS else ""


def _parts(url: str) -> set[str]:
    parts = urlsplit(url.lower())
    return {*(parts.hostname or "").split("."), *parts.path.split("/")}


def _wall(made: Article, entry: Entry) -> str:
    if not entry.title or _shared(entry.title, made.text):
        return ""
    if CHECKS.match(made.headline):
        return f"the page is a check for robots (“{made.headline}”), not the article"
    terms = {m[0].casefold() for m in WALL.finditer(made.text)}
    if len(terms) >= TERMS and len(made.text.split()) <= LONGEST:
        return f"the page is a consent or subscription wall (“{made.headline[:80]}”), not the article"
    return ""


def _shared(title: str, text: str) -> bool:
    """Does a text share a word with a title, or has the title none that tell?"""
    wanted = set(WORD.findall(title.casefold()))
    return not wanted or any(m[0] in wanted for m in WORD.finditer(text.casefold()))


def _cut(page: Page, made: Article) -> str:
    """A page whose document is not closed, and whose text ends in the middle of a sentence."""
    start, end = page.body[:4000].lower(), page.body[-4000:].lower()
    closed = b"<html" not in start or b"</html" in end or b"</body" in end or b"\x00" in end
    if closed or not made.blocks or not MIDDLE.search(made.blocks[-1].inline.text):
        return ""
    return "the page ends in the middle: its document is never closed, nor is its last sentence"
