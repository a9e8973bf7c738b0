"""Locks: one holder at a time, named in errors, and released by a kill."""

import errno
import fcntl
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sws.errors import SwsError
from sws.locks import hold_until_exit, locked

HOLD = """
import sys, time
from pathlib import Path
from sws.locks import hold_until_exit
hold_until_exit(Path(sys.argv[1]), "a test")
print("held", flush=True)
time.sleep(60)
"""


def test_an_error_names_the_process_that_holds_the_lock(tmp_path: Path) -> None:
    with locked(tmp_path / "lock", "a test"):
        refused = pytest.raises(SwsError, match=r"a test is already running here: process \d+ on")
        with refused, locked(tmp_path / "lock", "a test"):
            pass
    with locked(tmp_path / "lock", "a test"):
        pass


def test_a_killed_holder_leaves_nothing_to_clean_up(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path / "lock")]
    root = Path(__file__).parents[1]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as holder:
        assert holder.stdout and holder.stdout.readline() == "held\n"
        with pytest.raises(SwsError), locked(tmp_path / "lock", "a test"):
            pass
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    with locked(tmp_path / "lock", "a test"):
        pass


@pytest.mark.parametrize("why", [errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS])
def test_a_file_system_without_locks_is_an_error_that_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, why: int
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(why, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(SwsError, match="cannot lock files") as error:
        hold_until_exit(tmp_path / "lock", "a test")
    assert "mounted with locks" in error.value.expected
    assert "SWS_LOCKS=0" in error.value.fix
    monkeypatch.setenv("SWS_LOCKS", "0")
    with locked(tmp_path / "lock", "a test"):
        pass
