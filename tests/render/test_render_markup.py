"""What may go out of other people's text, told by what prints first and by the list of what may not."""

from __future__ import annotations

import json

from babelwire.render import markup


def test_the_quick_look_lets_out_what_the_list_lets_out() -> None:
    for point in range(0x110000):
        text = f"a{chr(point)}\n\xa0b"
        assert markup.clean(text) == markup.FORBIDDEN.sub("", text), hex(point)


def test_a_line_has_single_blanks() -> None:
    assert markup.line(" a\t b\r\n\n c  d\x00 ") == "a b c d"
    assert markup.line("a\xa0\xa0b") == "a\xa0\xa0b"


def test_json_holds_no_forbidden_character_however_it_is_written() -> None:
    for hidden in ("\x00", "\x08", "\r", "\x7f", "\u202e", "\ue000", "\ufeff", "\U000e0041"):
        said = markup.to_json({"text": [f"a{hidden}b", ("c", None, 1)]})
        assert json.loads(said) == {"text": ["ab", ["c", None, 1]]}, hex(ord(hidden))
    assert json.loads(markup.to_json(["C:\\users\\new", "\\u0000"])) == ["C:\\users\\new", "\\u0000"]
