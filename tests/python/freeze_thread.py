"""Freezes one thread of a process, as a debugger does, until standard input ends.

Usage: freeze_thread.py PID NAME; prints "frozen", or "refused" when the system forbids tracing.
"""

import ctypes
import pathlib
import sys

PTRACE_SEIZE, PTRACE_INTERRUPT = 0x4206, 0x4207
libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]

pid, name = sys.argv[1:]
tasks = pathlib.Path(f"/proc/{pid}/task").iterdir()
threads = [int(t.name) for t in tasks if (t / "comm").read_text().strip() == name]
assert len(threads) == 1, f"one thread is called {name}, found {threads}"
refused = any(libc.ptrace(what, threads[0], None, None) for what in (PTRACE_SEIZE, PTRACE_INTERRUPT))
print("refused" if refused else "frozen", flush=True)
# The thread goes on when its tracer ends.
sys.stdin.read()
