"""Known vulnerabilities of what is installed with Babelwire, by pip-audit; exit status 1 where there are any.

    python -m tools.audit [--requirements requirements.lock]

The advisories are PyPI's, or OSV's where PyPI does not answer. Where neither does, it says that nothing was checked and ends
with 0: a check that fails offline would be switched off, and one that is silent would be believed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: Where each service must answer with an advisory that is known to be there.
SERVICES = {"pypi": "https://pypi.org/pypi/lxml/4.6.2/json", "osv": "https://api.osv.dev/v1/vulns/PYSEC-2021-19"}
TIMEOUT = 8  #: seconds


def reachable(url: str) -> bool:
    """Does it name the advisory? A proxy does not, nor does a mirror that keeps packages alone."""
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT) as answer:
            said = json.load(answer)
            return isinstance(said, dict) and bool(said.get("vulnerabilities") or said.get("affected"))
    except (urllib.error.URLError, OSError, ValueError):
        return False


def audit(service: str, requirements: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pip_audit", "--vulnerability-service", service, "--requirement", str(requirements)]
    command += ["--require-hashes", "--disable-pip", "--format", "json", "--progress-spinner", "off", "--timeout", str(TIMEOUT)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def told(answer: str) -> list[str] | None:
    """A line for each vulnerability in pip-audit's answer; None where it is no answer."""
    try:
        packages = json.loads(answer)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return None
    return [
        f"{p['name']} {p['version']}: {v['id']}{' (' + ', '.join(v['aliases']) + ')' if v.get('aliases') else ''}, "
        f"{'fixed in ' + ', '.join(v['fix_versions']) if v.get('fix_versions') else 'not fixed yet'}"
        for p in packages
        for v in p.get("vulns", [])
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requirements", type=Path, default=ROOT / "requirements.lock")
    requirements = parser.parse_args(arguments).requirements
    for service, url in SERVICES.items():
        if reachable(url):
            ran = audit(service, requirements)
            found = told(ran.stdout)
            if found is not None:
                print("\n".join(found) or f"no known vulnerability in {requirements.name} ({service})")
                return 1 if found else 0
            print(f"{service}: {ran.stderr.strip()[-300:]}", file=sys.stderr)
    print("skipped: no index of advisories can be reached (PyPI, OSV); vulnerabilities of dependencies were NOT checked")
    return 0


if __name__ == "__main__":
    sys.exit(main())
