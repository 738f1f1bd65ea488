"""What a process gives up before it reads a foreign query: endless memory, files, network, other processes.

After `seal` the process can compute, read what it holds open and write to it; the kernel refuses every other
call (seccomp, https://docs.kernel.org/userspace-api/seccomp_filter.html). So SERVICE reaches nothing, however
it is spelt, and neither would a fault of the engine.
"""

import ctypes
import errno
import os
import platform
import re
import resource
import signal
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass

# what remains allowed: name -> number of the system call on x86_64 and on aarch64
ALLOWED = {
    "read": (0, 63),
    "write": (1, 64),
    "pread64": (17, 67),
    "readv": (19, 65),
    "writev": (20, 66),
    "lseek": (8, 62),
    "close": (3, 57),
    "readahead": (187, 213),
    "fadvise64": (221, 223),
    "mmap": (9, 222),
    "munmap": (11, 215),
    "mprotect": (10, 226),
    "mremap": (25, 216),
    "madvise": (28, 233),
    "brk": (12, 214),
    "futex": (202, 98),
    "membarrier": (324, 283),
    "sched_yield": (24, 124),
    "sched_getaffinity": (204, 123),
    "getcpu": (309, 168),
    "gettimeofday": (96, 169),
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "clock_nanosleep": (230, 115),
    "nanosleep": (35, 101),
    "restart_syscall": (219, 128),
    "getrandom": (318, 278),
    "getpid": (39, 172),
    "gettid": (186, 178),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "sigaltstack": (131, 132),
    "exit": (60, 93),
    "exit_group": (231, 94),
}
TO_ITSELF = (234, 131)  # tgkill, allowed only to the process itself: an abort that says it is one


def confine(memory_mb: int) -> None:
    """Limit memory, forbid files and core dumps, die with the parent, and be silent.

    Opening a store still works afterwards; `seal` comes once it is open.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    # the engine prints a long trace when memory ends, which would cost seconds
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    if sys.platform == "linux":
        most = resource.getrlimit(resource.RLIMIT_AS)[1]
        limit = memory_mb * 2**20 if most == resource.RLIM_INFINITY else min(memory_mb * 2**20, most)
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def seal() -> bool:
    """Let the kernel refuse every call that is not in `ALLOWED`, to all threads and for ever.

    False where this system has no such thing; then `reaches_out` is what remains.
    """
    machine = _MACHINES.get(platform.machine()) if sys.platform == "linux" else None
    return machine is not None and _prctl(_PR_SET_NO_NEW_PRIVS, 1) and _install(machine)


def reaches_out(query: str) -> bool:
    """Whether the letters of a query could make the engine open a connection; in doubt they could.

    >>> reaches_out("SELECT * { servicE<http://localhost/> {} }"), reaches_out("ASK {}")
    (True, False)
    """
    return re.search("service|load", query, re.IGNORECASE) is not None


@dataclass(frozen=True, slots=True)
class _Machine:
    """What the kernel calls things on one kind of processor."""

    column: int  # of the numbers above
    audit: int
    seccomp: int


_MACHINES = {
    "x86_64": _Machine(0, audit=0xC000003E, seccomp=317),
    "aarch64": _Machine(1, audit=0xC00000B7, seccomp=277),
}


def _instructions(machine: _Machine) -> Iterator[bytes]:
    """The filter in the kernel's packet language: eight bytes an instruction, jumps counted from the next."""
    load, jump_if_equal, answer = 0x20, 0x15, 0x06
    number, architecture, first_argument = 0, 4, 16  # offsets in struct seccomp_data
    allow, refuse, kill = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x80000000

    def instruction(code: int, value: int, *, if_true: int = 0, if_false: int = 0) -> bytes:
        return struct.pack("=HBBI", code, if_true, if_false, value)

    yield instruction(load, architecture)
    yield instruction(jump_if_equal, machine.audit, if_true=1)
    yield instruction(answer, kill)  # a call in the numbers of another architecture
    yield instruction(load, number)
    for numbers in ALLOWED.values():
        yield instruction(jump_if_equal, numbers[machine.column], if_false=1)
        yield instruction(answer, allow)
    yield instruction(jump_if_equal, TO_ITSELF[machine.column], if_false=3)
    yield instruction(load, first_argument)
    yield instruction(jump_if_equal, os.getpid(), if_false=1)
    yield instruction(answer, allow)
    yield instruction(answer, refuse)


_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_SECCOMP_SET_MODE_FILTER, _SECCOMP_FILTER_FLAG_TSYNC = 1, 1
_C_LIBRARY = ctypes.CDLL(None)


def _prctl(option: int, value: int) -> bool:
    """Set an attribute of this process; whether the kernel did."""
    return not _C_LIBRARY.prctl(option, *(ctypes.c_ulong(each) for each in (value, 0, 0, 0)))


def _install(machine: _Machine) -> bool:
    """Hand the filter to the kernel for all threads; whether it took it."""
    program = b"".join(_instructions(machine))
    code = ctypes.create_string_buffer(program, len(program))
    described = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    call = (machine.seccomp, _SECCOMP_SET_MODE_FILTER, _SECCOMP_FILTER_FLAG_TSYNC)
    return not _C_LIBRARY.syscall(*(ctypes.c_long(each) for each in call), described)
