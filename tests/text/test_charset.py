from __future__ import annotations

import pytest

from babelwire.text.charset import decode

RUSSIAN = "Хор снова поёт"


@pytest.mark.parametrize(
    ("body", "header", "text"),
    [
        (b"\xef\xbb\xbfa\xc3\xa9", "text/html; charset=iso-8859-1", "aé"),
        (b"\xff\xfea\x00\xe9\x00", "text/html; charset=utf-8", "aé"),
        (b"\xfe\xff\x00a\x00\xe9", "", "aé"),
        ("<a>é".encode("utf-16-le"), "", "<a>é"),
        ("<a>é".encode("utf-32-be"), "", "<a>é"),
        ("aé".encode(), "text/html; charset=iso-8859-1", "aé"),
        ("aé".encode("cp1252"), "", "aé"),
        ("“é” – €".encode("cp1252"), "text/html; charset=iso-8859-1", "“é” – €"),
        ("“é”".encode("cp1252"), "text/html; charset=utf-8", "“é”"),
        ("“é”".encode("cp1252"), "text/html; charset=us-ascii", "“é”"),
        (RUSSIAN.encode("koi8-r"), "text/html; charset=KOI8-R", RUSSIAN),
        (RUSSIAN.encode("koi8-r"), 'text/html;charset="koi8-r"', RUSSIAN),
        (b"<meta charset=windows-1251>" + RUSSIAN.encode("cp1251"), "", f"<meta charset=windows-1251>{RUSSIAN}"),
        (
            b"<?xml version='1.0' encoding='koi8-r'?>" + RUSSIAN.encode("koi8-r"),
            "text/xml",
            f"<?xml version='1.0' encoding='koi8-r'?>{RUSSIAN}",
        ),
        (
            b"<?xml version='1.0' encoding='koi8-r'?>" + RUSSIAN.encode("koi8-r"),
            "text/xml; charset=iso-8859-1",
            f"<?xml version='1.0' encoding='koi8-r'?>{RUSSIAN}",
        ),
        (
            b"<?xml version='1.0' encoding='koi8-r'?>" + RUSSIAN.encode("cp1251"),
            "text/xml; charset=cp1251",
            f"<?xml version='1.0' encoding='koi8-r'?>{RUSSIAN}",
        ),
        (b"<?xml version='1.0'?><a>charset=koi8-r \xe9", "", "<?xml version='1.0'?><a>charset=koi8-r é"),
        ("日本語".encode("iso2022_jp"), "text/html; charset=iso-2022-jp", "日本語"),
        ("日本語".encode("cp932"), "text/html; charset=Shift_JIS", "日本語"),
        ("髙橋①".encode("cp932"), "text/html; charset=x-sjis", "髙橋①"),
        ("中文€".encode("gb18030"), "text/html; charset=gb2312", "中文€"),
        ("한국어 뷁".encode("cp949"), "text/html; charset=euc-kr", "한국어 뷁"),
        ("“ภาษา”".encode("cp874"), "text/html; charset=tis-620", "“ภาษา”"),
        ("İstanbul".encode("cp1254"), "text/html; charset=iso-8859-9", "İstanbul"),
        ((RUSSIAN * 9).encode() + b"\xd0", "", RUSSIAN * 9 + "\ufffd"),
        (b"a\xe9", "text/html; charset=unicode_escape", "aé"),
        (b"a\xe9", "text/html; charset=base64", "aé"),
        (b"a\xe9", "text/html; charset=utf-16", "aé"),
        (b"a\xe9", "text/html; charset=none-such", "aé"),
        (b"", "text/html; charset=utf-8", ""),
    ],
)
def test_decode(body: bytes, header: str, text: str) -> None:
    assert decode(body, header) == text


@pytest.mark.parametrize(
    "label",
    ["unicode_escape", "raw_unicode_escape", "utf-7", "idna", "punycode", "rot13", "zip", "undefined", "mbcs", "x" * 5000, "\u0130"],
)
def test_no_label_makes_it_fail(label: str) -> None:
    assert decode(b"\x5cu0041 \xff +AGE-", f"text/html; charset={label}") == "\\u0041 ÿ +AGE-"
