"""Solutions that misbehave are contained, and earn nothing by it."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sws.code_rewards import InputOutput, Limits, Sandbox, bubblewrap, inside, score
from sws.code_rewards import sandbox as module
from sws.errors import SwsError
from sws.verifiers.code import CodeVerifier

PASSES = "assert True"


@pytest.fixture(scope="module", params=["shared", "its own"])
def sandbox(request: pytest.FixtureRequest, sandbox: Sandbox) -> Sandbox:
    """One that serves all solutions, and one that is made for each: where it cannot be shared."""
    found = sandbox if request.param == "shared" else Sandbox(sandbox.limits, shared=False)
    assert found.shared is (request.param == "shared")
    return found


@pytest.fixture(scope="module")
def hasty(sandbox: Sandbox) -> Sandbox:
    return Sandbox(Limits(seconds=1), shared=sandbox.shared)


LEAVES_TRACES = """
import builtins, math, os, socket, sys
os.makedirs("kept")
open("kept/note", "w").write("a secret")
os.environ["NOTE"] = "a secret"
builtins.note = math.note = sys.modules["note"] = "a secret"
listening = socket.create_server(("127.0.0.1", 4242))
named = socket.socket(socket.AF_UNIX)
named.bind(chr(0) + "note")
if os.fork() == 0:
    os.setsid()
    os.execv("/usr/bin/sleep", ["sleep", "86398"])
"""


def test_nothing_of_a_solution_is_there_for_the_next(sandbox: Sandbox) -> None:
    assert score(sandbox, LEAVES_TRACES, [PASSES]).reward == 1
    assert soon(lambda: not sleepers())
    tests = [
        "assert not os.listdir('/tmp') and 'NOTE' not in os.environ",
        "assert not hasattr(math, 'note') and 'note' not in sys.modules",
        "note",
        "socket.create_server(('127.0.0.1', 4242))",
        "socket.socket(socket.AF_UNIX).bind(chr(0) + 'note')",
    ]
    found = score(sandbox, "import math, os, socket, sys", tests)
    assert [one.outcome for one in found.results] == ["passed"] * 2 + ["failed"] + ["passed"] * 2


def test_a_solution_has_no_right_over_its_namespaces(sandbox: Sandbox) -> None:
    """The process that made them had."""
    tests = [
        "assert libc.umount(b'/tmp') and libc.mount(b'x', b'/tmp', b'tmpfs', 0, None)",
        "assert all(libc.unshare(kind) for kind in (0x20000, 0x20000000, 0x40000000))",
        "assert libc.sethostname(b'x', 1) and libc.chroot(b'/tmp')",
        "assert os.getpid() > 1 and not os.system('true')",
        "for pid in range(-1, 2):\n    try: os.kill(pid, 0 if pid < 1 else 19)\n"
        "    except ProcessLookupError: pass",
    ]
    found = score(sandbox, "import ctypes, os\nlibc = ctypes.CDLL(None)", tests)
    assert found.reward == 1, found


def test_a_process_that_died_while_it_waited_is_replaced(sandbox: Sandbox) -> None:
    with Sandbox(sandbox.limits, shared=sandbox.shared) as other:
        for worker in other._waiting._idle:
            worker._process.kill()
            worker._process.wait()
        assert score(other, "", [PASSES]).reward == 1


def test_a_forked_process_has_a_sandbox_of_its_own(sandbox: Sandbox) -> None:
    child = os.fork()
    if child == 0:
        os._exit(score(sandbox, "", [PASSES] * 3).passed)
    assert score(sandbox, "", [PASSES]).reward == 1
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 3


def test_threads_that_end_leave_their_sandbox_to_others() -> None:
    verifier = CodeVerifier(workers=2)
    for _ in range(2):
        pairs = [(f"assert x == {n}", f"x = {n}") for n in range(4)]
        assert all(one.reward == 1 for one in verifier.verify_many(pairs))
        assert all(worker.alive for worker in verifier._sandbox._waiting._idle)
    verifier.close()


def test_the_reward_is_the_share_of_tests_that_pass(sandbox: Sandbox) -> None:
    tests = ["assert add(1, 2) == 3", "assert add(1, 2) == 4", "nowhere()", "assert add('a', 'b')"]
    found = score(sandbox, "def add(a, b):\n    return a + b", tests)
    assert [one.outcome for one in found.results] == ["passed", "failed", "failed", "passed"]
    assert (found.passed, found.reward) == (2, 0.5)
    assert found.results[2].detail.startswith("NameError")


def test_programs_are_told_by_their_output(sandbox: Sandbox) -> None:
    program = "import sys\nfor line in sys.stdin: print(int(line) * 2)\nsys.exit()"
    tests = [InputOutput("1\n2", "2 \n4"), InputOutput("", ""), InputOutput("1", "1")]
    assert [one.outcome for one in score(sandbox, program, tests).results] == [
        "passed",
        "passed",
        "failed",
    ]


@pytest.mark.parametrize(
    "solution",
    [
        "import os; os._exit(0)",
        "raise SystemExit(0)",
        "import sys; sys.exit = exit = quit = lambda *_: None; 1 / 0",
        "import os\nfor fd in range(3, 30):\n    try: os.write(fd, b'x' * 16)\n"
        "    except OSError: pass\nos._exit(0)",
        'import os; os.write(1, b\'{"passed": true, "late": false}\\n\' * 9); os._exit(0)',
        "import os; os.kill(os.getppid(), 9); raise SystemExit",
        "import os; os.kill(-1, 9); os.kill(1, 9); raise SystemExit",
        "import ctypes; ctypes.string_at(0)",
        "def broken(:",
        "\x00",
        "\ud800",
        "while True: print('x' * 10**6, flush=True)",
        "x = bytearray(10**9)",
        "x = '9' * 10**8; int(x[:5000])",
    ],
)
def test_no_test_is_passed_by_leaving_or_breaking(sandbox: Sandbox, solution: str) -> None:
    found = score(sandbox, solution, [PASSES, PASSES])
    assert found.reward == 0 and len(found.results) == 2
    assert score(sandbox, "", [PASSES]).reward == 1  # the next solution is not disturbed


def test_a_program_may_leave_by_exit_or_quit(sandbox: Sandbox) -> None:
    for leave in ("exit()", "quit(0)", "exit"):
        assert score(sandbox, f"print(1)\n{leave}", [InputOutput("", "1")]).reward == 1


def test_a_sleeper_and_a_spinner_are_cut_off(hasty: Sandbox) -> None:
    started = time.monotonic()
    for solution in ("import time; time.sleep(3600)", "while True: pass"):
        assert score(hasty, solution, [PASSES]).results[0].outcome == "timeout"
    assert time.monotonic() - started < 60


def test_all_tests_of_a_sleeper_together_have_a_limit(sandbox: Sandbox) -> None:
    limited = Sandbox(Limits(seconds=1, total_seconds=2), shared=sandbox.shared)
    started = time.monotonic()
    found = score(limited, "import time\ntime.sleep(3600)", [PASSES] * 200)
    assert [one.outcome for one in found.results] == ["timeout"] * 200
    assert time.monotonic() - started < 30
    assert score(limited, "", [PASSES] * 3).reward == 1


FORKS = """
import os, subprocess, time
started = 0
try:
    while started < 1000:
        if os.fork() == 0:
            os.setsid()
            os.execv("/usr/bin/sleep", ["sleep", "86398"])
        started += 1
except OSError:
    pass
"""


def test_forks_are_few_and_none_survives(sandbox: Sandbox) -> None:
    found = score(sandbox, FORKS, ["assert 1 <= started < 4"])
    assert found.reward == 1, found
    assert soon(lambda: not sleepers())


STOPS = 'import os; os.kill(os.getppid(), 19); os.execv("/usr/bin/sleep", ["sleep", "86398"])'


def test_a_solution_that_stops_its_runner_is_ended(
    hasty: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "START_SECONDS", 5.0)
    found = score(hasty, STOPS, [PASSES])
    assert (found.reward, len(found.results)) == (0, 1)
    assert soon(lambda: not sleepers())
    assert score(hasty, "", [PASSES]).reward == 1


def test_the_sandbox_ends_with_who_started_it(sandbox: Sandbox) -> None:
    job = f"from sws.code_rewards import *; score(Sandbox(Limits(seconds=600)), {STOPS!r}, ['1'])"
    with subprocess.Popen([sys.executable, "-c", job]) as started:
        assert soon(sleepers)
        started.kill()
    assert soon(lambda: not sleepers())


def soon(holds: Callable[[], object]) -> bool:
    """Whether something holds within the moments that the kernel, or a start, takes."""
    deadline = time.monotonic() + 30
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.05)
    return bool(holds())


def sleepers() -> list[Path]:
    return [path for path in Path("/proc").glob("[0-9]*/cmdline") if _sleeps(path)]


def _sleeps(cmdline: Path) -> bool:
    try:
        return cmdline.read_bytes() == b"sleep\x0086398\x00"
    except OSError:  # it ended just now
        return False


def test_writes_stay_in_a_small_scratch(sandbox: Sandbox, tmp_path: Path) -> None:
    solution = """
from pathlib import Path
def writes(path, size=1):
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        return Path(path).write_bytes(bytes(size))
    except OSError:
        return 0
"""
    found = score(
        sandbox,
        solution,
        [
            f"writes({str(tmp_path / 'written')!r})",  # /tmp is the scratch, not the machine's
            "assert not any(map(writes, ('/written', '/usr/written', '/dev/written', '/root/x')))",
            "assert writes('notes.txt') and writes('/tmp/notes.txt', 500_000)",
            "assert not writes('big', 2 << 20)",
            "assert sum(writes(f'{n}', 1_000_000) for n in range(40)) < 17 << 20",
        ],
    )
    assert found.reward == 1, found
    assert list(tmp_path.iterdir()) == []


def test_no_network_not_even_to_this_machine(sandbox: Sandbox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        found = score(
            sandbox,
            "import socket",
            [
                f"assert socket.socket().connect_ex(('127.0.0.1', {port})) != 0",
                "assert socket.socket().connect_ex(('192.0.2.1', 80)) != 0",
            ],
        )
    assert found.reward == 1, found


def test_nothing_of_the_machine_can_be_read(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "a secret")
    found = score(
        sandbox,
        "import os, sys",
        [
            "assert 'secret' not in str(os.environ).lower()",
            f"assert not os.path.exists({__file__!r})",
            "assert not os.path.exists('/proc') and not os.path.exists('/etc/passwd')",
            "import pwd\ntry: pwd.getpwuid(0)\nexcept KeyError: pass",
            "assert os.getuid() != 0 and os.system('id > /dev/null') in (0, 256)",
        ],
    )
    assert found.reward == 1, found


def test_no_namespaces_and_no_tracing_from_inside(sandbox: Sandbox) -> None:
    found = score(
        sandbox,
        "import ctypes, os\nlibc = ctypes.CDLL(None)",
        [
            "assert libc.unshare(0x10000000) != 0",  # CLONE_NEWUSER
            "assert libc.ptrace(16, os.getppid(), 0, 0) != 0",  # PTRACE_ATTACH
        ],
    )
    assert found.reward == 1, found


def test_no_memory_that_belongs_to_no_process(sandbox: Sandbox) -> None:
    """System V's objects outlive who made them, and would escape the limit on memory."""
    solution = "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)"
    calls = ("shmget(0, 1 << 20, 0o1600)", "msgget(0, 0o1600)", "semget(0, 1, 0o1600)")
    tests = [f"assert libc.{call} == -1 and ctypes.get_errno() == 1" for call in calls]
    assert score(sandbox, solution, [*tests, "assert libc.getpid()"]).reward == 1


def test_memory_is_limited_for_each_process_and_output_is_cut(sandbox: Sandbox) -> None:
    found = score(
        sandbox,
        "import os\ndef fill():\n    try: return bool(bytearray(400 << 20))\n"
        "    except MemoryError: return False",
        [
            "assert not fill()",
            "import signal\nchild = os.fork()\nif not child: os._exit(fill())\n"
            "assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0",
            "kept = [bytearray(10 << 20) for _ in range(9)]",
        ],
    )
    assert found.reward == 1, found


def test_without_a_sandbox_nothing_runs_and_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(bubblewrap, "find_spec", lambda _: None)
    with pytest.raises(SwsError, match="bubblewrap not found"):
        Sandbox()


def test_a_sandbox_that_does_not_confine_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The probe's replies stand for one; no solution runs here."""
    written = [{"passed": False, "late": False, "detail": "AssertionError"}]
    monkeypatch.setattr(Sandbox, "run", lambda *_: written * 3)
    with pytest.raises(SwsError, match="cannot be confined"):
        Sandbox()


def test_a_machine_that_forbids_namespaces_within_has_a_sandbox_for_each_solution(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bubblewrap, "_RIGHTS", ())  # so that none can be made
    with monkeypatch.context() as once, pytest.raises(SwsError, match="refused namespaces"):
        once.setattr(Sandbox, "_probe", lambda _: None)
        Sandbox().run("", [{"code": PASSES}])
    found = Sandbox()
    assert not found.shared
    assert score(found, "x = 1", ["assert x == 1"]).reward == 1


def test_a_short_limit_is_the_solutions_and_not_the_probes(sandbox: Sandbox) -> None:
    """The probe would not pass in so short a time; the sandbox stands all the same."""
    quick = Sandbox(Limits(seconds=0.001), shared=sandbox.shared)
    assert score(quick, "while True: pass", [PASSES]).results[0].outcome == "timeout"


def test_outside_a_sandbox_the_runner_refuses_to_run() -> None:
    assert not inside.confined()
    with pytest.raises(SystemExit, match="not in a sandbox"):
        inside.main()
