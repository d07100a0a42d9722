"""Pages that stand in front of an article, or are half of one: refused with a reason, and the feed's own text used if it is one."""

from __future__ import annotations

import pytest

from babelwire import extract
from babelwire.errors import ExtractError
from babelwire.model import Article, Licence, Page, replace
from tests.extract.pages import NOW, PARAGRAPHS, document, entry, page, source

TITLE = "Bridge to be repaired by the valley"
CONSENT = {
    "en": "We value your privacy. We and our partners store cookies on your device, to show personalised advertising and to measure it. "
    "You can accept all or manage preferences, and you can withdraw your consent at any time in the settings of this site.",
    "fr": "Nous et nos partenaires utilisons des cookies pour vous montrer des publicités et mesurer notre audience. Vous pouvez tout accepter "
    "ou tout refuser. Notre politique de vie privée dit comment retirer votre consentement à tout moment sur ce site.",
    "de": "Wir und unsere Partner verwenden Cookies, um Ihnen Werbung zu zeigen. Ihre Einwilligung können Sie jederzeit widerrufen, alles "
    "Nähere steht in unserer Erklärung zum Datenschutz. Sie können alle akzeptieren oder als Abonnent ohne Werbung lesen, wie Sie mögen.",
    "es": "Nosotros y nuestros socios usamos cookies para mostrarle publicidad. Puede aceptar todo o rechazar todo, y retirar su consentimiento "
    "cuando quiera. Lea nuestra política de privacidad para saber más de lo que hacemos con sus datos en este sitio.",
    "it": "Noi e i nostri partner usiamo cookie per mostrare pubblicità. Puoi dare il consenso o rifiutare, oppure abbonarti. Se sei già "
    "abbonato accedi con il tuo nome. La nostra informativa sulla privacy dice il resto di quello che facciamo qui.",
    "ru": "Мы и наши партнёры используем cookie, чтобы показывать рекламу. Вы можете дать согласие или отказаться. Политика "
    "конфиденциальности рассказывает обо всём остальном, что мы делаем с вашими данными. Подписка избавит вас от рекламы на сайте.",
}


def read(html: str, title: str = TITLE, content: str = "", *, url: str | None = None) -> Article:
    answer = page(html)
    if url:
        answer = replace(answer, url=url)
    return extract.article(answer, entry(title=title, content=content), source(), now=NOW)


def wall(text: str, headline: str = "Welcome") -> str:
    return f"<html><head><title>{headline}</title></head><body><main><h1>{headline}</h1><p>{text}</p></main></body></html>"


@pytest.mark.parametrize("language", CONSENT)
@pytest.mark.parametrize("headline", ["Welcome", TITLE], ids=["own headline", "headline of the article"])
def test_a_consent_wall(language: str, headline: str) -> None:
    with pytest.raises(ExtractError, match="consent or subscription wall"):
        read(wall(CONSENT[language], headline))


@pytest.mark.parametrize("headline", ["Just a moment...", "Access denied", "Are you a robot?", "Attention Required! | Cloudflare"])
def test_a_bot_check(headline: str) -> None:
    text = "Please wait while we check whether the connection is secure before it goes on. This takes some seconds, and needs scripts to be on in the browser."
    with pytest.raises(ExtractError, match="check for robots"):
        read(wall(text, headline))


@pytest.mark.parametrize(
    "url", ["https://consent.daily.example/collect?to=1", "https://daily.example/login?next=1", "https://sso.other.example/x"]
)
def test_a_way_that_ends_at_a_sign_in(url: str) -> None:
    with pytest.raises(ExtractError, match="which is no article"):
        read(document(PARAGRAPHS), url=url)


def test_an_article_about_cookies_is_one() -> None:
    made = read(wall(CONSENT["en"], "Watchdog fines sites over cookies and consent"), "Watchdog fines sites over cookies and consent")
    assert "personalised advertising" in made.text


def test_an_article_under_another_title_is_one() -> None:
    assert read(document(PARAGRAPHS), "What happened yesterday: our morning letter").blocks


def test_the_feeds_own_text_stands_in_for_a_walled_page() -> None:
    made = read(wall(CONSENT["en"]), content=PARAGRAPHS)
    assert made.from_feed and "bridge number 3" in made.text and "cookies" not in made.text


@pytest.mark.parametrize(
    "offer",
    [
        "Subscribe to continue reading.",
        "Cet article est réservé aux abonnés.",
        "Jetzt weiterlesen mit dem Digitalabo.",
        "Suscríbete para seguir leyendo.",
    ],
)
def test_a_text_that_breaks_off_at_an_offer_is_no_more_than_a_teaser(offer: str) -> None:
    made = read(document(PARAGRAPHS[: PARAGRAPHS.index("</p>", 300) + 4] + f"<p>{offer}</p>"))
    assert made.truncated and made.licence is Licence.EXCERPT and made.licence_note and "offer" in made.licence_note


def test_half_a_page() -> None:
    whole = document(PARAGRAPHS)
    half = whole[: whole.index("bridge number 6")]
    with pytest.raises(ExtractError, match="ends in the middle"):
        read(half)
    open_ended = whole[: whole.index("</article>")]
    assert read(open_ended).blocks, "a page whose author closes no tags is whole"


def test_no_address_no_title_no_wall() -> None:
    plain = Page(url="https://daily.example/a", asked="https://daily.example/a", body=document(PARAGRAPHS).encode(), fetched=NOW)
    assert extract.article(plain, entry(title=""), source(), now=NOW).blocks
