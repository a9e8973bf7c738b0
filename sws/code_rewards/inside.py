"""Runs inside the sandbox: one solution, each of its tests in a process of its own.

Standard library only, and passed to the interpreter as text: nothing of the project is visible
there. A job comes on standard input as JSON; one JSON line a test goes to standard output. A test
passes when the code after it is reached, which then writes a token that the runner drew; leaving
early with any exit status is no pass.

Not covered: a test with assertions runs in the process of the solution, so a solution that is
written for it can claim it: by objects that are equal to everything, or by searching the frames for
the token and the pipe. Tests of input and output are compared outside, and cannot be claimed.
"""

import _sitebuiltins
import builtins
import ctypes
import json
import os
import resource
import select
import signal
import struct
import sys
import time
from contextlib import suppress
from typing import Any

Values = dict[str, Any]

DETAIL = 300  # characters of an error that are reported
PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 4, 22, 38
#: System V's shared memory, semaphores and queues belong to no process, so no limit on processes
#: binds them: by machine its audit number, and the numbers of shmget, semget and msgget.
SYSTEM_V = {"x86_64": (0xC000003E, (29, 64, 68)), "aarch64": (0xC00000B7, (194, 190, 186))}


def main() -> None:
    """Run every test of the job."""
    if not confined():
        raise SystemExit("not in a sandbox: nothing is run")
    job = json.load(sys.stdin)
    # No process of the solution may trace this one or read its memory.
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    replies = os.fdopen(os.dup(1), "w")
    nothing = os.open("/dev/null", os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    sys.path += job["paths"]
    for name in ("exit", "quit"):  # which `site` defines, where it is imported
        setattr(builtins, name, _sitebuiltins.Quitter(name, "end of file"))
    prelude: Values = {}
    exec(job["prelude"], prelude)  # once, before any process of the solution
    job["prelude"] = prelude
    end = time.monotonic() + job["total_seconds"]
    for test in job["tests"]:
        seconds = min(job["seconds"], end - time.monotonic())
        reply = run(job, test, seconds) if seconds > 0 else {"passed": False, "late": True}
        replies.write(json.dumps(reply) + "\n")
        replies.flush()


def confined() -> bool:
    """Whether this is the first program of a sandbox: no other machine has it as process 2."""
    return os.getpid() == 2 and os.getuid() != 0 and not os.access("/proc", os.F_OK)


def run(job: Values, test: Values, seconds: float) -> Values:
    """The outcome of one test, with its output if the test has an input."""
    token = os.urandom(16)
    read, write = os.pipe()
    given, output = nameless_file(test.get("input", "")), nameless_file("")
    child = os.fork()
    if child == 0:
        os.dup2(given, 0)
        os.dup2(output, 1)
        os.dup2(write, 3)
        os.closerange(4, 1 << 16)
        attempt(job, test, token)
    os.close(write)
    ended = select.poll()
    handle = os.pidfd_open(child)
    ended.register(handle, select.POLLIN)
    late = not ended.poll(seconds * 1000)
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)  # its children end with the sandbox at the latest
    left = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.set_blocking(read, False)  # its children may hold the other end
    try:
        said = os.read(read, 4096)
    except BlockingIOError:
        said = b""
    # A program may leave by os._exit(0): its output is compared outside. A test may not.
    over = said == token or ("input" in test and not said and left == 0)
    result: Values = {"passed": over and not late, "late": late}
    if not result["passed"]:
        result["detail"] = said.decode("utf-8", "replace") if said != token else ""
    if "input" in test:
        result["output"] = os.pread(output, job["output_bytes"], 0).decode("utf-8", "replace")
    for descriptor in (read, given, output, handle):
        os.close(descriptor)
    return result


def attempt(job: Values, test: Values, token: bytes) -> None:
    """In the child: the solution, then the test; never returns."""
    said = b"ended early"
    try:
        limit(job)
        program = "input" in test
        names = {"__name__": "__main__" if program else "solution"}
        if not program:  # names taken for granted: any of the solution's own goes before
            vars(builtins).update(job["prelude"])
        try:
            exec(compile(job["solution"], "solution.py", "exec"), names)
        except SystemExit as left:
            if not program or left.code not in (None, 0):
                raise
        except EOFError:  # an example of use below the functions, which asks for input
            if program or not any(map(callable, names.values())):
                raise
        if not program:
            exec(compile(test["code"], "test.py", "exec"), names)
        sys.stdout.flush()
        said = token
    except BaseException as error:
        what, why = type(error).__name__, str(error)
        said = (f"{what}: {why}" if why else what)[:DETAIL].encode("utf-8", "replace")
    finally:
        with suppress(OSError):  # the solution closed it
            os.write(3, said or b"failed")
        os._exit(0)


def limit(job: Values) -> None:
    """Limit the resources of this process and its children."""
    cpu = int(job["seconds"]) + 1
    for kind, most in (
        (resource.RLIMIT_AS, job["memory_bytes"]),
        (resource.RLIMIT_CPU, cpu),
        (resource.RLIMIT_FSIZE, job["output_bytes"]),
        (resource.RLIMIT_NPROC, job["processes"] + 2),  # the sandbox's own two count
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    forbid_system_v()


def forbid_system_v() -> None:
    """Make these system calls fail, by a seccomp filter that children inherit."""
    machine = os.uname().machine
    if machine not in SYSTEM_V:
        raise OSError(f"no filter of system calls for {machine}")
    audit, calls = SYSTEM_V[machine]
    refuse = 5 + len(calls)  # the place of the last statement; jumps count from the next one
    program = [
        (0x20, 0, 0, 4),  # load the architecture
        (0x15, 0, refuse - 2, audit),  # another: refuse
        (0x20, 0, 0, 0),  # load the number of the call
        (0x35, refuse - 4, 0, 0x40000000),  # from there on another numbering (x32): refuse
        *((0x15, refuse - 5 - place, 0, call) for place, call in enumerate(calls)),
        (0x06, 0, 0, 0x7FFF0000),  # allow
        (0x06, 0, 0, 0x00050001),  # refuse: EPERM
    ]
    statements = b"".join(struct.pack("HBBI", *statement) for statement in program)
    kept = ctypes.create_string_buffer(statements, len(statements))
    header = struct.pack("HP", len(program), ctypes.addressof(kept))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if libc.prctl(PR_SET_SECCOMP, 2, ctypes.c_char_p(header), 0, 0):
        raise OSError(ctypes.get_errno(), "the filter of system calls was refused")


def nameless_file(content: str) -> int:
    """A file descriptor of an unlinked temporary file."""
    path = "/tmp/.sws"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    os.unlink(path)  # noqa: PTH108 (pathlib is a sixth of a start)
    os.write(descriptor, content.encode("utf-8", "surrogatepass"))
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


if __name__ == "__main__":
    main()
