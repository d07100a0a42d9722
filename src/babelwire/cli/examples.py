"""Examples for the help of each command: shown at its end, and parsed by a test, so that they go on being right."""

from __future__ import annotations

import click

#: Command -> (what to type, what it does).
EXAMPLES: dict[str, tuple[tuple[str, str], ...]] = {
    "init": (("babelwire init --name 'Le Fil' --languages fr,ca --feed https://example.org/rss", "asks only for the address"),),
    "demo": (
        ("babelwire demo", "runs the desk on ten invented newspapers and serves the site"),
        ("babelwire demo --engine echo --exit", "without Apertium; ends with the summary"),
    ),
    "run": (
        ("babelwire run --serve 8080", "the desk and the site in one process"),
        ("babelwire run --once", "once, from cron"),
        ("babelwire run --log json", "one JSON object an event"),
    ),
    "poll": (("babelwire poll --json", "asks the feeds that are due"),),
    "publish": (("babelwire publish --edition fr", "brings out what is ready in one edition"),),
    "serve": (("babelwire serve --host 0.0.0.0 --port 8000", "the published site, for everybody on the network"),),
    "status": (
        ("babelwire status || mail -s desk me@example.org", "exit status 1 when something needs a person"),
        ("babelwire status --metrics > /var/lib/node_exporter/babelwire.prom", "for Prometheus' textfile collector"),
    ),
    "why": (("babelwire why https://example.org/2026/story.html --sentences", "where each sentence came from"),),
    "doctor": (("babelwire doctor", "what is wrong, and the command that puts it right"),),
    "config": (("babelwire config show --origin", "every value and where it comes from"),),
    "config show": (
        ("babelwire config show --origin --changed", "what differs from the defaults"),
        ("babelwire config show engines --origin", "one table"),
    ),
    "feeds": (("babelwire feeds add https://example.org/rss --licence excerpt", "one more feed"),),
    "engines": (("babelwire engines test en-fr", "ten sentences of news through an engine"),),
    "glossary": (
        ("babelwire glossary diff new-terms.toml", "which stored sentences would be translated again"),
        ("babelwire glossary apply new-terms.toml", "takes it over and asks for them"),
    ),
    "names": (("babelwire names set London Londres --pair en-fr", "from now on, whatever stories say"),),
    "memory": (("babelwire memory export --output memory.tmx", "for other tools"),),
    "release": (("babelwire release https://example.org/2026/story.html", "after somebody has read it"),),
    "routes": (("babelwire routes test https://example.org/2026/story.html", "which rules match, and what would become of it"),),
    "user": (("babelwire user add ada --role editor", "asks for a password"),),
    "translate": (("babelwire translate https://example.org/story.html --to fr --html out.html", "one page, the whole way"),),
    "retry": (("babelwire retry --all", "all that failed or is held"),),
    "takedown": (("babelwire takedown https://example.org/story.html --reason 'asked by its author'", "off the site, for good"),),
    "backup": (("babelwire backup /backups/babelwire-monday.db", "while the desk goes on"),),
    "restore": (
        ("babelwire restore /backups/babelwire-monday.db", "what was there is kept beside it"),
        ("babelwire restore /backups/babelwire-monday.db --site --yes", "and the site is built anew from it"),
    ),
    "nginx-conf": (
        ("babelwire nginx-conf > /etc/nginx/conf.d/babelwire.conf", "then: nginx -t && nginx -s reload"),
        ("babelwire nginx-conf --gone > /srv/babelwire/data/gone.map", "after something was taken down"),
    ),
    "systemd-unit": (
        ("babelwire systemd-unit --secrets /etc/babelwire/secrets > /etc/systemd/system/babelwire.service", "a hardened unit"),
    ),
    "completion": (("babelwire completion bash > ~/.local/share/bash-completion/completions/babelwire", "for the next shell"),),
}


def add(name: str, command: click.Command) -> None:
    """Put the examples at the end of a command's help, and of the commands of a group."""
    if command.epilog is None and name in EXAMPLES:
        command.epilog = text(name)
    if isinstance(command, click.Group):
        for sub, inner in command.commands.items():
            add(f"{name} {sub}", inner)


def text(name: str) -> str:
    """The examples of a command, as they stand in its help; ``\\b`` keeps click from filling the lines."""
    lines = [f"  {words}\n      {what}" for words, what in EXAMPLES[name]]
    return "\n\n".join(["\b\nExamples:", *(f"\b\n{line}" for line in lines)])
