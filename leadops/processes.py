"""Child processes that never outlive the process that started them, however it ends."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

PATIENCE = 10.0  # seconds that a process has to end by itself
PR_SET_PDEATHSIG = 1  # linux/prctl.h
libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def start(
    argv: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    output: IO[bytes] | None = None,
    user: int | None = None,
    ends_by: signal.Signals = signal.SIGTERM,
) -> "subprocess.Popen[bytes]":
    """A child in a session of its own: Ctrl-C in the terminal reaches its parent only, `kill_group` all of it.

    On Linux the kernel sends it `ends_by` when the thread that called this function ends, even by SIGKILL.
    `user` is the numeric user to run as (root may choose).
    """
    return subprocess.Popen(
        argv,
        env=env,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=None if output is None else subprocess.STDOUT,
        start_new_session=True,
        user=user,
        group=user,
        extra_groups=None if user is None else [],
        preexec_fn=ends_with(os.getpid(), ends_by),
    )


def ends_with(parent: int, sign: signal.Signals) -> Callable[[], None]:
    """What a child calls on itself before it runs its program, to be told when `parent` ends."""

    def ask_the_kernel() -> None:
        if libc is not None:
            libc.prctl(PR_SET_PDEATHSIG, sign)
            if os.getppid() != parent:  # it ended before the kernel was asked
                os.kill(os.getpid(), sign)

    return ask_the_kernel


def kill_group(process: "subprocess.Popen[bytes]") -> None:
    """Ends at once whatever is left of the child and of what it started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def stop(process: "subprocess.Popen[bytes]", *, sign: signal.Signals = signal.SIGTERM) -> None:
    """Asks the child to end, and after PATIENCE ends it with all that it started."""
    if process.poll() is None:
        process.send_signal(sign)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            kill_group(process)
    kill_group(process)
    process.wait()
