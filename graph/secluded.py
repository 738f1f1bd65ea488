"""A nursery whose workers have a network of their own: nothing is on it but a door, which whoever started it holds.

`python -m graph.secluded FD` hands the door, a listening socket, out on the socket FD, or `NOTHING` where the system
has no such networks (https://man7.org/linux/man-pages/man7/network_namespaces.7.html). Then it is a nursery.
"""

import ctypes
import fcntl
import gc
import os
import socket
import struct
import sys

DOOR = ("127.0.0.1", 8080)  # the same for everybody who has a network for himself
NOTHING, A_DOOR = b"-", b"+"


def opened_door() -> socket.socket | None:
    """Leave the network for an empty one, and open a door there; None where that cannot be."""
    if sys.platform != "linux":
        return None
    unshare = ctypes.CDLL(None).unshare
    if all(unshare(namespaces) for namespaces in (_NEW_NETWORK, _NEW_USER | _NEW_NETWORK)):
        return None
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
        fcntl.ioctl(device, _SET_FLAGS, struct.pack("16sh14x", b"lo", _UP))
    return socket.create_server(DOOR)


_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000
_SET_FLAGS, _UP = 0x8914, 0x1

if __name__ == "__main__":
    control, door = socket.socket(fileno=int(sys.argv[1])), opened_door()
    if door is None:
        control.sendall(NOTHING)
        os._exit(0)
    with door:
        socket.send_fds(control, [A_DOOR], [door.fileno()])
    from graph.worker import nurse  # not before: what it imports starts threads, and a process with threads stays

    gc.freeze()
    nurse(control, asks=True)
