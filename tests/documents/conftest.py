"""A virus scanner that is really one: clamd, with one signature of our own."""

from __future__ import annotations

import hashlib
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

CLAMD = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin:/usr/local/sbin")
NO_CLAMD = "ClamAV is not installed (apt-get install clamav-daemon), so this was not run"
# What it knows as harmful; no program that anybody uses would hold it.
HARMFUL = b"evenhand-test-signature-7d1f0c"
CONFIGURATION = """
Foreground yes
DatabaseDirectory {folder}
TCPSocket {port}
TCPAddr 127.0.0.1
StreamMaxLength 1M
MaxThreads 4
LogFile {folder}/clamd.log
"""
PATIENCE = 60


@dataclass(frozen=True)
class Scanner:
    url: str
    # It takes no more than this, and breaks the connection.
    most: int = 1024 * 1024


@pytest.fixture(scope="session")
def scanner(tmp_path_factory) -> Iterator[Scanner]:
    if CLAMD is None:
        pytest.skip(NO_CLAMD)
    folder = tmp_path_factory.mktemp("clamd")
    # clamd may change to a user of its own, who must read its signatures.
    for part in (folder, folder.parent):
        part.chmod(0o755)
    (folder / "ours.ndb").write_text(f"Evenhand.Test:0:*:{HARMFUL.hex()}\n")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = Path(folder, "clamd.conf")
    settings.write_text(CONFIGURATION.format(folder=folder, port=port))
    running = subprocess.Popen([CLAMD, "--config-file", str(settings)], stdout=subprocess.DEVNULL)
    try:
        _answers(running, port, folder)
        yield Scanner(f"tcp://127.0.0.1:{port}")
    finally:
        running.terminate()
        running.wait(30)


def _answers(running: subprocess.Popen, port: int, folder: Path) -> None:
    """Wait until it takes a connection; what it said, where it does not."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and running.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    log = folder / "clamd.log"
    pytest.fail(f"clamd did not start: {log.read_text() if log.exists() else 'it said nothing'}")


@pytest.fixture
def with_scanner(scanner, settings) -> Scanner:
    settings.CLAMD_URL = scanner.url
    return scanner


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
