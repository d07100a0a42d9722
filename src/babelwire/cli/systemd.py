"""``systemd-unit``: a hardened unit for a desk."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import click

from babelwire.cli import opening, options, say
from babelwire.errors import ConfigError

PLAIN = re.compile(r"[A-Za-z0-9_./@+:-]+")  #: what needs no quoting in a unit

UNIT = """\
# Made by `babelwire systemd-unit`. Goes to /etc/systemd/system/babelwire.service; then:
#   systemctl daemon-reload && systemctl enable --now babelwire
# The configuration is read again by itself when it changes, or at once with: systemctl reload babelwire
[Unit]
Description=Babelwire, an automatic multilingual news desk ({name})
Documentation=man:systemd.service(5)
Wants=network-online.target
After=network-online.target

[Service]
Type=exec
ExecStart={program} run --config {config}{serve}
ExecReload=/bin/kill -HUP $MAINPID
Restart=on-failure
RestartSec=10
# What is being worked on is finished; it is done again at the next start if that takes longer.
TimeoutStopSec=60
{owner}{secrets}WorkingDirectory={folder}
UMask=0022

# It may write its data and nothing else.
ProtectSystem=strict
ReadWritePaths={data}
ProtectHome={home}
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
# It becomes nobody else, and speaks to the network and to its own processes only.
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
RestrictSUIDSGID=yes
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
LockPersonality=yes
RemoveIPC=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
# Workers that parse pages limit themselves.
SystemCallFilter=prlimit64 setrlimit getrlimit
SystemCallErrorNumber=EPERM
MemoryHigh={memory}
TasksMax=512

[Install]
WantedBy=multi-user.target
"""


@click.command("systemd-unit")
@options.config
@click.option("--user", default="babelwire", show_default=True, help="Whom the desk runs as; `dynamic` lets systemd make somebody up.")
@click.option("--serve", "port", type=click.IntRange(1, 65535), metavar="PORT", help="Serve the site at this port as well.")
@click.option("--secrets", metavar="FILE", help="A file of NAME=value lines for the env: values of the configuration.")
@click.option("--memory", default="2G", show_default=True, help="From here on the desk is slowed down.")
def systemd_unit(path: Path, user: str, port: int | None, secrets: str | None, memory: str) -> None:
    """Print a systemd unit that runs this desk, with no more rights than it needs."""
    config = opening.outline(path)
    home = str(Path.home())
    inside_home = any(str(p).startswith(("/home/", "/root/", f"{home}/")) for p in (config.path, config.data, Path(_program())))
    owner = "DynamicUser=yes\n" if user == "dynamic" else f"User={user}\nGroup={user}\n"
    say.data(
        UNIT.format(
            name=config.desk.name.replace("%", "%%"),
            program=_quoted(_program()),
            config=_quoted(str(config.path)),
            serve=f" --serve {port}" if port else "",
            owner=owner,
            secrets=f"EnvironmentFile={_quoted(secrets)}\n" if secrets else "",
            folder=_quoted(str(config.path.parent)),
            data=_quoted(str(config.data)),
            home="read-only" if inside_home else "yes",
            memory=memory,
        ).rstrip("\n")
    )


def _program() -> str:
    """This command, by its whole path."""
    beside = Path(sys.executable).with_name("babelwire")
    return str(beside if os.access(beside, os.X_OK) else Path(sys.argv[0]).resolve())


def _quoted(text: str) -> str:
    """As a unit writes a path. Raises ConfigError for one that no unit can name."""
    if "\n" in text:
        raise ConfigError(f"{text!r}: a path with a line break cannot stand in a unit")
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return text if PLAIN.fullmatch(text) else f'"{escaped}"'
