"""What a process gives up before it reads a foreign text: endless memory, files, network, other processes.

After `seal` the process can compute, read what it holds open and write to it; the kernel refuses every other
call (seccomp, https://docs.kernel.org/userspace-api/seccomp_filter.html). So SERVICE reaches nothing, however
it is spelt, and neither would a fault of the engine; a process that only reads even ends with the attempt, so that
SILENT cannot make an answer of it. Only one that has a network for itself may ask what is there. The calls for files
are kept by a process with a `fence` around the one folder below which it may read, or write (Landlock,
https://docs.kernel.org/userspace-api/landlock.html).
"""

import ctypes
import errno
import os
import platform
import re
import resource
import signal
import socket
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

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
# what a fenced process may call as well: the engine opens many a table only when it is asked for;
# what aarch64 does not know has no number there
TO_READ: dict[str, tuple[int, int | None]] = {
    "open": (2, None),
    "openat": (257, 56),
    "stat": (4, None),
    "lstat": (6, None),
    "fstat": (5, 80),
    "newfstatat": (262, 79),
    "statx": (332, 291),
    "statfs": (137, 43),
    "fstatfs": (138, 44),
    "access": (21, None),
    "faccessat": (269, 48),
    "readlink": (89, None),
    "readlinkat": (267, 78),
    "getdents64": (217, 61),
    "fcntl": (72, 25),
}
TO_WRITE: dict[str, tuple[int, int | None]] = {
    "flock": (73, 32),
    "pwrite64": (18, 68),
    "sendfile": (40, 71),
    "copy_file_range": (326, 285),
    "ftruncate": (77, 46),
    "fallocate": (285, 47),
    "sync_file_range": (277, 84),
    "fsync": (74, 82),
    "fdatasync": (75, 83),
    "link": (86, None),
    "linkat": (265, 37),
    "rename": (82, None),
    "renameat": (264, 38),
    "renameat2": (316, 276),
    "unlink": (87, None),
    "unlinkat": (263, 35),
    "mkdir": (83, None),
    "mkdirat": (258, 34),
    "rmdir": (84, None),
    "poll": (7, None),
    "ppoll": (271, 73),
    "uname": (63, 160),
    "set_robust_list": (273, 99),
    "rseq": (334, 293),
}
TO_CONNECT = {"socket": (41, 198), "connect": (42, 203)}  # which ends a process that does not write
# what a process that `asks` may call as well; and `socket`, for streams of IPv4
TO_ASK = {"connect": (42, 203), "sendto": (44, 206), "recvfrom": (45, 207), "setsockopt": (54, 208)}
FOR_THREADS = {"clone": (56, 220), "clone3": (435, 435)}  # the engine sweeps up in threads of its own
OWN_LIMITS = (302, 261)  # prlimit64, of which a process may only ask its own


def confine(memory_mb: int, *, writes: bool = False) -> None:
    """Limit memory, forbid core dumps and, unless it `writes`, files; die with the parent, and be silent.

    Opening a store still works afterwards; `seal` comes once it is open. A process that writes does not die with
    its parent, for it ends by itself when nobody is left to answer to.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if not writes:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    # the engine prints a long trace when memory ends, which would cost seconds
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    if sys.platform == "linux":
        most = resource.getrlimit(resource.RLIMIT_AS)[1]
        limit = memory_mb * 2**20 if most == resource.RLIM_INFINITY else min(memory_mb * 2**20, most)
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        if not writes:
            _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def fence(folder: Path, *, writes: bool = False) -> bool:
    """Let the kernel refuse this thread, and those that it starts, every file that is not below `folder`.

    Unless it `writes` it may only read there. False where the kernel has no Landlock that knows links and renames
    between folders.
    """
    version = _landlock(_CREATE_RULESET, None, 0, _VERSION) if sys.platform == "linux" else 0
    rights = next((rights for since, rights in _RIGHTS if version >= since), 0)
    if not rights or not _prctl(_PR_SET_NO_NEW_PRIVS, 1):
        return False
    handled = struct.pack("=Q", rights)
    rules = _landlock(_CREATE_RULESET, handled, len(handled), 0)
    place = os.open(folder, os.O_PATH)
    below = struct.pack("=Qi", rights & (_WRITING if writes else _READING), place)
    is_fenced = not _landlock(_ADD_RULE, rules, _PATH_BENEATH, below, 0) and not _landlock(_RESTRICT_SELF, rules, 0)
    os.close(place)
    os.close(rules)
    return is_fenced


def seal(*, reads: bool = False, writes: bool = False, asks: bool = False) -> bool:
    """Let the kernel refuse every call that is not in `ALLOWED`, to all threads and for ever.

    A fenced process that `reads` keeps the calls of `TO_READ`, one that `writes` those of `TO_WRITE` too. One that
    does not write ends by SIGSYS if a thread of it tries a call of `TO_CONNECT`, unless it `asks` by streams of IPv4,
    in a network of its own. False where this system has no such thing; then `reaches_out` is what remains.
    """
    machine = _MACHINES.get(platform.machine()) if sys.platform == "linux" else None
    if machine is None or not _prctl(_PR_SET_NO_NEW_PRIVS, 1):
        return False
    return _install(_instructions(machine, reads=reads or writes, writes=writes, asks=asks), machine)


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


def _instructions(machine: _Machine, *, reads: bool, writes: bool, asks: bool) -> Iterator[bytes]:
    """The filter in the kernel's packet language: eight bytes an instruction, jumps counted from the next."""
    load, keep_bits, jump_if_equal, jump_if_set, answer = 0x20, 0x54, 0x15, 0x45, 0x06
    number, architecture, first_argument, second_argument = 0, 4, 16, 24  # offsets in struct seccomp_data
    allow, refuse, unknown, kill = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x00050000 | errno.ENOSYS, 0x80000000

    def instruction(code: int, value: int, *, if_true: int = 0, if_false: int = 0) -> bytes:
        return struct.pack("=HBBI", code, if_true, if_false, value)

    def only_with(call: int, jump: int, argument: int) -> Iterator[bytes]:
        yield instruction(jump_if_equal, call, if_false=4)
        yield instruction(load, first_argument)
        yield instruction(jump, argument, if_false=1)
        yield instruction(answer, allow)
        yield instruction(answer, refuse)

    def only_streams(call: int) -> Iterator[bytes]:
        yield instruction(jump_if_equal, call, if_false=7)
        yield instruction(load, first_argument)
        yield instruction(jump_if_equal, socket.AF_INET, if_false=4)
        yield instruction(load, second_argument)
        yield instruction(keep_bits, _SOCKET_TYPE)
        yield instruction(jump_if_equal, socket.SOCK_STREAM, if_false=1)
        yield instruction(answer, allow)
        yield instruction(answer, kill)

    yield instruction(load, architecture)
    yield instruction(jump_if_equal, machine.audit, if_true=1)
    yield instruction(answer, kill)  # a call in the numbers of another architecture
    yield instruction(load, number)
    more = ((TO_READ, reads), (TO_WRITE, writes), (TO_ASK, asks))
    for numbers in (*ALLOWED.values(), *(pair for table, is_wanted in more if is_wanted for pair in table.values())):
        call = numbers[machine.column]
        if call is not None:
            yield instruction(jump_if_equal, call, if_false=1)
            yield instruction(answer, allow)
    if asks:
        yield from only_streams(TO_CONNECT["socket"][machine.column])
    elif not writes:
        for numbers in TO_CONNECT.values():
            yield instruction(jump_if_equal, numbers[machine.column], if_false=1)
            yield instruction(answer, kill)
    yield from only_with(TO_ITSELF[machine.column], jump_if_equal, os.getpid())
    if writes:
        yield from only_with(OWN_LIMITS[machine.column], jump_if_equal, 0)
        # clone3 hides its flags from a filter; told that it is unknown, the C library falls back to clone
        yield instruction(jump_if_equal, FOR_THREADS["clone3"][machine.column], if_false=1)
        yield instruction(answer, unknown)
        yield from only_with(FOR_THREADS["clone"][machine.column], jump_if_set, _CLONE_THREAD)
    yield instruction(answer, refuse)


_CLONE_THREAD = 0x10000
_SOCKET_TYPE = 0xF  # of the bits that say it, beside how the socket is waited for and closed
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # on every machine
_VERSION, _PATH_BENEATH = 1, 1
_RIGHTS = ((3, 0x7FFF), (2, 0x3FFF))  # all that a version of Landlock knows
_READING = 0x0C  # of them, to read files and folders
_WRITING = 0x61BE  # to read, write, cut, make, link, move and remove them
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_SECCOMP_SET_MODE_FILTER, _SECCOMP_FILTER_FLAG_TSYNC = 1, 1
_C_LIBRARY = ctypes.CDLL(None)


def _prctl(option: int, value: int) -> bool:
    """Set an attribute of this process; whether the kernel did."""
    return not _C_LIBRARY.prctl(option, *(ctypes.c_ulong(each) for each in (value, 0, 0, 0)))


def _landlock(call: int, *arguments: int | bytes | None) -> int:
    """One of the three calls of Landlock; negative if the kernel refuses."""
    passed = (ctypes.c_long(each) if isinstance(each, int) else each for each in arguments)
    return int(_C_LIBRARY.syscall(ctypes.c_long(call), *passed))


def _install(instructions: Iterator[bytes], machine: _Machine) -> bool:
    """Hand a filter to the kernel for all threads; whether it took it."""
    program = b"".join(instructions)
    code = ctypes.create_string_buffer(program, len(program))
    described = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    call = (machine.seccomp, _SECCOMP_SET_MODE_FILTER, _SECCOMP_FILTER_FLAG_TSYNC)
    return not _C_LIBRARY.syscall(*(ctypes.c_long(each) for each in call), described)
