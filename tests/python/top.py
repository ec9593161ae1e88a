"""Runs `botctl top` on a pseudo terminal as a person would: looks, asks for help, says no to stop,
quits. Prints one JSON object of what was seen."""

import fcntl
import json
import os
import pty
import select
import struct
import sys
import termios
import time

PATIENCE = 60


class Screen:
    def __init__(self, command, columns, rows):
        self.columns, self.rows = columns, rows
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.execv(command[0], command)
        self.seen = b""
        self.resize()

    def resize(self):
        """A terminal that is now a column wider or narrower is drawn anew, not only what changed."""
        self.columns ^= 1
        size = struct.pack("HHHH", self.rows, self.columns, 0, 0)
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, size)
        self.resized = time.monotonic()

    def until(self, *words):
        """Reads until every word was drawn."""
        end = time.monotonic() + PATIENCE
        while not all(word.encode() in self.seen for word in words):
            now = time.monotonic()
            if now > end:
                raise SystemExit(f"{words} never came; seen: {self.seen!r}")
            if now - self.resized > 1:
                self.resize()
            if not select.select([self.terminal], [], [], 1)[0]:
                continue
            try:
                got = os.read(self.terminal, 65536)
            except OSError:
                got = b""
            if not got:
                raise SystemExit(f"it ended before {words}; seen: {self.seen!r}")
            self.seen += got

    def press(self, keys):
        self.seen = b""
        os.write(self.terminal, keys.encode())

    def modes(self):
        return termios.tcgetattr(self.terminal)[3]


def main():
    screen = Screen([sys.argv[1], "top"], int(sys.argv[2]), int(sys.argv[3]))
    cooked = screen.modes()
    screen.until("\x1b[?1049h", "equity", "positions", "connected")
    raw = screen.modes()
    screen.press("?")
    screen.until("previous")
    screen.press("x")
    screen.until("strategies", "positions")
    screen.press("s")
    screen.until("Halt", "cancelled;")
    screen.press("n")
    screen.until("strategies", "positions")
    screen.press("q")
    screen.until("\x1b[?1049l")
    restored = screen.modes()
    # What it still has to say must be read, or it waits for ever.
    try:
        while os.read(screen.terminal, 65536):
            pass
    except OSError:
        pass
    _, status = os.waitpid(screen.process, 0)
    flags = termios.ECHO | termios.ICANON
    print(json.dumps({
        "code": os.waitstatus_to_exitcode(status),
        "raw": raw & flags == 0,
        "restored": restored & flags == cooked & flags,
    }))


main()
