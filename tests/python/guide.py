"""Does what a page of docs/operations tells its reader to do, in a terminal of its own.

    guide.py PAGE FOLDER

Blocks marked `sh` are run by one bash, top to bottom, in FOLDER; a block marked `sh daemon` is
started in the background and awaited until it serves. Prompts are answered as a reader would.
Exit code 0 when every command of the page succeeded; otherwise the output names the line.

A block may say what its last command is expected to end with: `sh exit=3`.
"""

import os
import pty
import re
import select
import signal
import sys
import time

PATIENCE = 240
# One daemon at a time, as on the page; the last one ends with it.
STOP = """stop_daemons() {
    local d
    for d in "${daemons[@]}"; do kill "$d" 2>/dev/null; wait "$d" 2>/dev/null; done
    daemons=()
}"""
# What a reader types when asked, newest output first.
ANSWERS = [
    (re.compile(rb"(?i)(new |repeat |current |old )?password[^\n]*: ?$"), b"a password for the guide\n"),
    (re.compile(rb"the same again: ?$"), b"a password for the guide\n"),
    (re.compile(rb"Type yes to [^\n]*: ?$"), b"yes\n"),
]


def blocks(page):
    """(line, words of the info string, text) of each fenced block that is to be run."""
    found, current = [], None
    for number, line in enumerate(open(page, encoding="utf-8"), 1):
        if line.startswith("```"):
            if current:
                found.append(current)
                current = None
            elif line[3:].split()[:1] == ["sh"]:
                current = (number, line[3:].split()[1:], [])
        elif current:
            current[2].append(line)
    return [(number, words, "".join(text)) for number, words, text in found]


def script(page):
    parts = ["set -uo pipefail", "PS1= PS2=", "daemons=()", STOP]
    for number, words, text in blocks(page):
        parts.append(f"echo '== line {number}'")
        if "daemon" in words:
            # The last command of the block is the daemon; what stands before it prepares.
            command = text.rstrip().removesuffix("&").rstrip()
            parts.append("stop_daemons")
            parts.append(f"exec_in_background() {{ exec {command}; }}")
            parts.append(
                f"exec_in_background >daemon.{number}.out 2>daemon.{number}.err & daemons+=($!)"
            )
            parts.append(
                f"for i in $(seq 600); do grep -qs '^tradingd serves on' daemon.{number}.out && break;"
                " kill -0 ${daemons[-1]} 2>/dev/null || break; sleep 0.1; done"
            )
            parts.append(
                f"grep -qs '^tradingd serves on' daemon.{number}.out ||"
                f" {{ cat daemon.{number}.err; echo 'FAILED at line {number}'; exit 1; }}"
            )
            continue
        expected = next((w[5:] for w in words if w.startswith("exit=")), "0")
        # Each command by itself counts, so that none hides behind the next one.
        parts.append(f"trap 'echo \"FAILED at line {number}: $BASH_COMMAND\"; exit 1' ERR" if expected == "0" else "trap - ERR")
        parts.append(text.rstrip())
        if expected != "0":
            parts.append(
                f"code=$?; [ $code -eq {expected} ] ||"
                f" {{ echo \"FAILED at line {number}: ended with $code, not {expected}\"; exit 1; }}"
            )
    parts += ["trap - ERR", "stop_daemons", "echo '== done'"]
    return "\n".join(parts) + "\n"


def main(page, folder):
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, "guide.sh")
    with open(path, "w", encoding="utf-8") as file:
        file.write(script(page))
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(folder)
        os.execvp("bash", ["bash", path])
    said, tail, end = b"", b"", time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if not select.select([terminal], [], [], 1.0)[0]:
            continue
        try:
            chunk = os.read(terminal, 65536)
        except OSError:
            break
        if not chunk:
            break
        said += chunk
        tail = (tail + chunk)[-400:]
        for pattern, answer in ANSWERS:
            if pattern.search(tail):
                os.write(terminal, answer)
                tail = b""
                break
    else:
        os.killpg(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    sys.stdout.write(said.decode("utf-8", "replace"))
    code = os.waitstatus_to_exitcode(status)
    if code == 0 and b"== done" not in said:
        code = 1
    return code


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])))
