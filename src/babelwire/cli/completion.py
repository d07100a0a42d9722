"""``completion``: what a shell needs to complete commands and options."""

from __future__ import annotations

import click

from babelwire.cli import say

SHELLS = ("bash", "zsh", "fish")
WHERE = {
    "bash": "babelwire completion bash > ~/.local/share/bash-completion/completions/babelwire",
    "zsh": "babelwire completion zsh > a folder of $fpath, as _babelwire; or: source <(babelwire completion zsh)",
    "fish": "babelwire completion fish > ~/.config/fish/completions/babelwire.fish",
}


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print the script that completes commands and options in bash, zsh or fish.

    Commands are completed by asking this program, so the script stays right when commands come.
    """
    from click.shell_completion import get_completion_class

    from babelwire.cli import main

    kind = get_completion_class(shell)
    assert kind is not None, shell
    say.data(f"# {WHERE[shell]}")
    say.data(kind(main, {}, "babelwire", "_BABELWIRE_COMPLETE").source())
