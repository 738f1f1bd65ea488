"""What a process gives up before it reads a foreign query: memory without end, files, network, other processes.

After `seal` the process can compute, read what it holds open and write to it; the kernel refuses every other
call (seccomp, https://docs.kernel.org/userspace-api/seccomp_filter.html). So SERVICE reaches nothing, however
it is spelt, and neither would a fault of the engine.
"""

import ctypes
import os
import platform
import re
import resource
import signal
import struct
import sys
from collections.abc import Iterator

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
        resource.setrlimit(resource.RLIMIT_AS, (memory_mb * 2**20, memory_mb * 2**20))
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def seal() -> bool:
    """Let the kernel refuse every call that is not in `ALLOWED`, to all threads and for ever.

    False where this system has no such thing; then `reaches_out` is what remains.
    """
    machine = platform.machine()
    if sys.platform != "linux" or machine not in _MACHINES:
        return False
    program = b"".join(_instructions(machine))
    code = ctypes.create_string_buffer(program, len(program))
    filter_program = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    return _prctl(_PR_SET_NO_NEW_PRIVS, 1) and not _LIBC.syscall(
        _MACHINES[machine].seccomp, _SECCOMP_SET_MODE_FILTER, _SECCOMP_FILTER_FLAG_TSYNC, filter_program
    )


def reaches_out(query: str) -> bool:
    """Whether the letters of a query could make the engine open a connection; in doubt they could.

    >>> reaches_out("SELECT * { servicE<http://localhost/> {} }"), reaches_out("ASK {}")
    (True, False)
    """
    return re.search("service|load", query, re.IGNORECASE) is not None
