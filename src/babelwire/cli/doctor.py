"""``doctor``: the checks printed. What is looked at is in ``checks``."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from babelwire.cli import options, say


@click.command()
@options.config
@options.as_json
@click.option("--online", is_flag=True, help="Read every feed once as well, and ask for its newest page.")
def doctor(path: Path, as_json: bool, online: bool) -> None:
    """Look over configuration, store, engines and feeds: a line a check, and the command that puts it right.

    Exit status 1 when a check fails; a warning is none.
    """
    from babelwire.cli import checks
    from babelwire.model import utc_now

    found = list(checks.everything(path, utc_now(), ask=online))
    count = Counter(f.word for f in found)
    if as_json:
        say.json([{"check": f.check, "word": f.word, "text": f.text, "fix": f.fix} for f in found])
    else:
        for finding in found:
            say.data(f"{say.styled(f'{finding.word:<4}', finding.word)}  {finding.check:<9} {finding.text}")
            if finding.fix:
                say.data(f"{'':16}{say.styled('→', dim=True)} {finding.fix}")
        say.note(f"{count['ok']} ok, {say.many(count['warn'], 'warning')}, {say.many(count['fail'], 'failure')}")
    if count["fail"]:
        raise SystemExit(1)
