"""Runs inside the sandbox: solutions in turn, each test in a process of its own.

Standard library only, and passed to the interpreter as text: nothing of the project is visible
there. Python is started once. For each solution it forks into new namespaces of Linux: of
processes, mounts (with an empty scratch), network and System V's objects. They end with the
solution and with them all that it started and wrote, so the next finds nothing of it; nor does it
see, or send a signal to, the process that it was forked from.

A job comes as its length and JSON; one JSON line a test is the reply, and an empty line its end. A
test passes when the code after it is reached, which then writes a token that the runner drew;
leaving early with any exit status is no pass.

Not covered: a test with assertions runs in the process of the solution, so a solution that is
written for it can claim it: by objects that are equal to everything, or by searching the frames for
the token and the pipe. Tests of input and output are compared outside, and cannot be claimed.
"""

import _sitebuiltins
import builtins
import ctypes
import fcntl
import json
import os
import resource
import select
import signal
import socket
import struct
import sys
import time
from contextlib import suppress
from typing import Any, NoReturn

Values = dict[str, Any]

LENGTH = struct.Struct("<Q")
#: Processes of the sandbox, which count: its first and this; and two for each solution.
OWN, OWN_SHARED = 2, 4
UNMADE = b"unmade\n"  # the reply where the kernel refused namespaces
DETAIL = 300  # characters of an error that are reported
PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 4, 22, 38
NEW_NAMESPACES = 0x20000000 | 0x00020000 | 0x08000000 | 0x40000000  # PID, NS, IPC, NET
NOSUID_NODEV = 2 | 4
CAPABILITIES = 0x20080522  # the version of capset's header
SET_FLAGS, UP = 0x8914, 1  # of a network interface
#: System V's shared memory, semaphores and queues belong to no process, so no limit on processes
#: binds them: by machine its audit number, and the numbers of shmget, semget and msgget.
SYSTEM_V = {"x86_64": (0xC000003E, (29, 64, 68)), "aarch64": (0xC00000B7, (194, 190, 186))}
LIBC = ctypes.CDLL(None, use_errno=True)


def main() -> None:
    """Run the jobs that come on standard input, until its end."""
    if not confined():
        raise SystemExit("not in a sandbox: nothing is run")
    settings = json.loads(sys.argv[1])
    # No process of a solution may trace this one or read its memory.
    LIBC.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    jobs, replies = os.dup(0), os.dup(1)
    nothing = os.open("/dev/null", os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    sys.path += settings["paths"]
    for name in ("exit", "quit"):  # which `site` defines, where it is imported
        setattr(builtins, name, _sitebuiltins.Quitter(name, "end of file"))
    settings["prelude"] = values_of(settings["prelude"])
    if not settings["shared"]:
        run_all(job_from(jobs), replies, settings)
        os.write(replies, b"\n")
        return
    while ready(jobs):
        child = os.fork()
        if child == 0:
            apart(jobs, replies, settings)
        ended(child, jobs)
        os.write(replies, b"\n")


def values_of(prelude: str) -> Values:
    """The names that the prelude defines; run once, before any solution."""
    found: Values = {}
    exec(prelude, found)
    return found


def ready(jobs: int) -> bool:
    """Wait for a job. False when no other will come."""
    waiting = select.poll()
    waiting.register(jobs, select.POLLIN)
    return bool(waiting.poll()[0][1] & select.POLLIN)


def ended(child: int, jobs: int) -> None:
    """Wait for a child. Leave, and so end the sandbox, when nobody waits for its reply."""
    waiting = select.poll()
    handle = os.pidfd_open(child)
    waiting.register(handle, select.POLLIN)
    waiting.register(jobs, 0)  # the end of the stream is always reported
    if dict(waiting.poll()).keys() == {jobs}:
        os._exit(0)
    os.waitpid(child, 0)
    os.close(handle)


def apart(jobs: int, replies: int, settings: Values) -> NoReturn:
    """In a child: run one job in namespaces of its own; these are gone when it ends."""
    size = f"size={settings['scratch_bytes']},mode=1777".encode()
    if LIBC.unshare(NEW_NAMESPACES) or LIBC.mount(b"tmpfs", b"/tmp", b"tmpfs", NOSUID_NODEV, size):
        os.write(replies, UNMADE)
        os._exit(0)  # nothing is run
    first = os.fork()
    if first == 0:
        try:
            loopback()
            renounce()
            run_all(job_from(jobs), replies, settings)
        finally:
            os._exit(0)
    os.waitpid(first, 0)
    os._exit(0)


def loopback() -> None:
    """Bring up the network's only interface, which leads nowhere else."""
    with socket.socket() as some:
        fcntl.ioctl(some, SET_FLAGS, struct.pack("16sH14x", b"lo", UP))


def renounce() -> None:
    """Give up every right for good, in the process that all of a solution's descend from."""
    LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    nothing = (ctypes.c_uint32 * 6)()
    if LIBC.capset((ctypes.c_uint32 * 2)(CAPABILITIES, 0), nothing):
        raise OSError(ctypes.get_errno(), "rights cannot be given up")
    LIBC.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    if os.getpid() != 1 or not LIBC.umount(b"/tmp"):
        raise OSError("not confined")
    os.chdir("/tmp")


def job_from(jobs: int) -> Values:
    """The next job. Read by who runs it, so that none is in the memory of those before."""
    (length,) = LENGTH.unpack(exactly(jobs, LENGTH.size))
    found: Values = json.loads(exactly(jobs, length))
    return found


def exactly(source: int, count: int) -> bytes:
    """That many bytes."""
    parts = []
    while count:
        part = os.read(source, min(count, 1 << 20))
        if not part:
            raise EOFError
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def run_all(job: Values, replies: int, settings: Values) -> None:
    """Run every test of a job, and write a reply after each."""
    job |= settings
    end = time.monotonic() + job["total_seconds"]
    for test in job["tests"]:
        seconds = min(job["seconds"], end - time.monotonic())
        reply = run(job, test, seconds) if seconds > 0 else {"passed": False, "late": True}
        left = json.dumps(reply).encode() + b"\n"
        while left:
            left = left[os.write(replies, left) :]


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
        (resource.RLIMIT_NPROC, job["processes"] + (OWN_SHARED if job["shared"] else OWN)),
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
    LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if LIBC.prctl(PR_SET_SECCOMP, 2, ctypes.c_char_p(header), 0, 0):
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
