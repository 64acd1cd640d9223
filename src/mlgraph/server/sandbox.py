"""Lock a worker process in: no sockets, no other processes, no files to write, and bounded memory.

The engine can call other servers and has no switch against it, so the kernel refuses. On Linux a
seccomp filter does (x86-64 and AArch64, no privileges needed); everywhere the limit on open files
does as well, where the store needs no further file.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import struct
import sys
from pathlib import Path

__all__ = ["bound_memory", "die_with_parent", "forbid_calls", "forbid_files"]

_SET_PARENT_DEATH_SIGNAL, _SET_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER_MODE = 1, 38, 22, 2
_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _JUMP_ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050001, 0x80000000
_NUMBER_AT, _MACHINE_AT = 0, 4
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_FOREIGN_NUMBERS = 0x40000000  # the 32-bit interface of x86-64 has its own numbers

_MACHINES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_REFUSED = {
    "x86_64": {
        "network": (41, 42, 43, 49, 50, 53, 288),  # socket connect accept bind listen socketpair accept4
        "programs": (57, 58, 59, 322),  # fork vfork execve execveat
        "others": (62, 101, 129, 310, 311, 434, 438),  # kill ptrace sigqueue process_vm_* pidfd_open _getfd
        "files": (76, 82, 83, 84, 85, 86, 87, 88, 90, 92, 94, 133, 258, 259, 260, 263, 264, 265, 266),
        "more": (
            268,
            316,
            425,
            437,
            165,
            272,
            308,
        ),  # fchmodat renameat2 io_uring openat2 mount unshare setns
    },
    "aarch64": {
        "network": (198, 199, 200, 201, 202, 203, 242),
        "programs": (221, 281),
        "others": (129, 117, 138, 270, 271, 434, 438),
        "files": (33, 34, 35, 36, 37, 38, 45, 53, 54),
        "more": (276, 425, 437, 40, 97, 268),
    },
}
_THREAD = 0x10000  # what a new thread says to clone, and a new process does not
_CLONE, _CLONE3 = {"x86_64": 56, "aarch64": 220}, 435
_NO_SUCH_CALL = 0x00050026  # of clone3, whose flags a filter cannot see: the C library then takes clone
_OPENING = {"x86_64": ((2, 1), (257, 2)), "aarch64": ((56, 2),)}
"""Machine -> number of a call that opens a file, and which argument holds its flags."""


def die_with_parent() -> None:
    """Ask the kernel to kill this process when the server is gone; on Linux only.

    Notes
    -----
    A server that has gone before is seen when its line is read. The number of the parent tells nothing:
    in a container the server itself may be process 1.
    """
    if sys.platform == "linux":
        _prctl(_SET_PARENT_DEATH_SIGNAL, 9)


def bound_memory(limit: int) -> None:
    """Let this process use so many bytes of address space beyond what it has now.

    Notes
    -----
    Needs ``/proc``; elsewhere the time limit alone must do.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    statm = Path("/proc/self/statm")
    if statm.exists():
        mapped = int(statm.read_text(encoding="ascii").split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (mapped + limit, mapped + limit))


def forbid_files() -> None:
    """Let this process open no further file and no socket."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def forbid_calls() -> bool:
    """Have the kernel refuse sockets, programs and writing, in all threads to come.

    Returns
    -------
    bool
        Whether the lock holds; False where the machine has no such lock.
    """
    machine = platform.machine()
    if sys.platform != "linux" or machine not in _MACHINES:
        return False
    program = _filter(machine)
    code = ctypes.create_string_buffer(program, len(program))
    head = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    try:
        _prctl(_SET_NO_NEW_PRIVILEGES, 1)
        _prctl(_SET_SECCOMP, _FILTER_MODE, head)
    except OSError:
        return False
    return True


def _prctl(option: int, value: int, more: bytes | int = 0) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    last = ctypes.c_char_p(more) if isinstance(more, bytes) else ctypes.c_ulong(more)
    if library.prctl(option, ctypes.c_ulong(value), last, ctypes.c_ulong(0), ctypes.c_ulong(0)) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def _filter(machine: str) -> bytes:
    """Return the filter program (classic BPF) for a machine."""
    steps = [
        _step(_LOAD, _MACHINE_AT),
        _step(_JUMP_EQUAL, _MACHINES[machine], 1, 0),
        _step(_RETURN, _KILL),
        _step(_LOAD, _NUMBER_AT),
        _step(_JUMP_AT_LEAST, _FOREIGN_NUMBERS, 0, 1),
        _step(_RETURN, _REFUSE),
    ]
    for group in _REFUSED[machine].values():
        for number in group:
            steps += [_step(_JUMP_EQUAL, number, 0, 1), _step(_RETURN, _REFUSE)]
    steps += [_step(_JUMP_EQUAL, _CLONE3, 0, 1), _step(_RETURN, _NO_SUCH_CALL)]
    steps += [
        _step(_JUMP_EQUAL, _CLONE[machine], 0, 4),
        _step(_LOAD, 16),
        _step(_JUMP_ANY_BIT, _THREAD, 1, 0),
        _step(_RETURN, _REFUSE),
        _step(_RETURN, _ALLOW),
    ]
    for number, argument in _OPENING[machine]:
        steps += [
            _step(_JUMP_EQUAL, number, 0, 4),
            _step(_LOAD, 16 + 8 * argument),
            _step(_JUMP_ANY_BIT, _WRITING, 0, 1),
            _step(_RETURN, _REFUSE),
            _step(_RETURN, _ALLOW),
        ]
    return b"".join([*steps, _step(_RETURN, _ALLOW)])


def _step(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("HBBI", code, yes, no, value)
