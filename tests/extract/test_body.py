"""Which blocks are the article: the second opinion is not asked for where it cannot matter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from babelwire.extract import body
from babelwire.extract.blocks import Found, shingles
from babelwire.extract.opinions import Opinion
from babelwire.model import Block, BlockKind, Inline

LINES = [tuple(f"{letter}{n}" for n in range(size)) for letter in "abcdef" for size in (0, 2, 5, 9, 25)]
PAGE = html.fromstring("<body><div><p>x</p></div><aside><p>x</p></aside></body>")


def block(words: tuple[str, ...], aside: bool, caption: bool) -> Found:
    where = PAGE.findall(".//p")[aside]
    return Found(Block(kind=BlockKind.PARAGRAPH, inline=Inline(text=" ".join(words))), where, caption=caption, words=words)


def opinion(blocks: Sequence[Found]) -> Opinion:
    return Opinion(frozenset().union(*(shingles(b.words) for b in blocks)), Counter(b.words for b in blocks))


#: Paragraphs of one place, together more than ``body.LITTLE`` words.
LONG = [block(tuple(f"{word}{n}" for word in LINES[4]), False, False) for n in range(4)]
BLOCKS = st.lists(st.builds(block, st.sampled_from(LINES), st.booleans(), st.booleans()), max_size=8)


@settings(max_examples=500)
@given(BLOCKS, st.data())
def test_where_the_first_opinion_settles_it_no_second_one_changes_it(found: list[Found], data: st.DataObject) -> None:
    numbers = st.sets(st.sampled_from(range(len(found)))) if found else st.just(set[int]())
    one, two = (opinion([found[n] for n in data.draw(numbers)]) for _ in range(2))
    first = body._members(found, one)
    agreed = body._agreed(found, first, body._members(found, two))
    assert not body._settled(found, first) or body._without_repeats(found, agreed, one, two) == first


def test_a_story_in_one_place_settles_it_and_one_told_twice_does_not() -> None:
    story = [block(words, False, False) for words in (LINES[2], LINES[8], LINES[13])]
    elsewhere, caption = block(LINES[18], True, False), block(LINES[23], False, True)
    asked: list[str] = []

    def second() -> Opinion:
        asked.append("second")
        return opinion([elsewhere])

    long = [*story, *LONG]
    assert body.choose([elsewhere, *long, caption], opinion(long), second, second, ()) == list(range(1, 8))
    assert not asked
    body.choose([*long, *long], opinion(long), second, second, ())
    assert asked == ["second"], "a story that stands there twice is looked at twice"


def test_where_two_opinions_leave_little_a_third_is_asked() -> None:
    short, story = block(LINES[1], True, False), LONG
    nothing = opinion([])
    assert body.choose([short, *story], nothing, lambda: opinion([short]), lambda: opinion(story), ()) == [1, 2, 3, 4]
    assert body.choose([short, *story], nothing, lambda: opinion(story), lambda: opinion([short]), ()) == [1, 2, 3, 4], "not needed"
    assert body.choose([short, *story], nothing, lambda: opinion([short]), lambda: nothing, ()) == [0], "nor has it more"
