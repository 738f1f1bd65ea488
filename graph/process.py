"""A fresh Python process of our own that inherits one socket, and no threads, memory or secrets."""

import os
import socket
import subprocess
import sys

# of the environment, what Python may need to start; everything else could be a secret
_KEPT = ("PATH", "LD_LIBRARY_PATH", "PYTHONHOME", "LANG", "REVIER_BASE_IRI")
# no long trace when the engine aborts, few reserves of address space, which the limit of memory counts, and no threads
_SPARING = {"RUST_BACKTRACE": "0", "MALLOC_ARENA_MAX": "2", "OPENBLAS_NUM_THREADS": "1"}


Started = tuple[subprocess.Popen[bytes], socket.socket]  # a process, and our end of its socket


def start(module: str) -> Started:
    """Run `module` with the number of its socket as argument."""
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    paths = os.pathsep.join(os.path.abspath(path) for path in sys.path)
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", module, str(theirs.fileno())],
            env={**environment, **_SPARING, "PYTHONPATH": paths},
            pass_fds=(theirs.fileno(),),
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # an interrupt at the terminal is for us to answer
        )
    return process, ours
