#!/usr/bin/env python3
"""Run a command on a terminal of its own: terminal.py [-e TEXT KEYS]... COLUMNS COMMAND [ARGUMENT...]

What the terminal gets goes to stdout as it comes, and the exit status is the command's, 128 and the
number of the signal that ended it. -e types KEYS (with Python's escapes) once TEXT has been seen, each
after the one before. A command that runs for a minute is killed.
"""
import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time

LIMIT = 60


def arguments():
    words, keys = sys.argv[1:], []
    while words[0] == "-e":
        keys.append((words[1].encode(), words[2].encode().decode("unicode_escape").encode("latin-1")))
        del words[:3]
    return keys, int(words[0]), words[1:]


def main():
    keys, columns, command = arguments()
    ours, theirs = pty.openpty()
    fcntl.ioctl(ours, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    child = os.fork()
    if child == 0:
        os.close(ours)
        os.login_tty(theirs) if hasattr(os, "login_tty") else take_terminal(theirs)
        for number in signal.SIGINT, signal.SIGQUIT, signal.SIGPIPE:
            signal.signal(number, signal.SIG_DFL)
        os.execvp(command[0], command)
    os.close(theirs)
    talk(ours, child, keys)
    status = os.waitpid(child, 0)[1]
    code = os.waitstatus_to_exitcode(status)
    sys.exit(code if code >= 0 else 128 - code)


def take_terminal(terminal):
    os.setsid()
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
    for descriptor in range(3):
        os.dup2(terminal, descriptor)
    if terminal > 2:
        os.close(terminal)


def talk(terminal, child, keys):
    seen, end = b"", time.monotonic() + LIMIT
    while time.monotonic() < end:
        if not select.select([terminal], [], [], 0.5)[0]:
            continue
        try:
            text = os.read(terminal, 65536)
        except OSError:  # Linux tells so that nobody has the other end any more
            return
        if not text:
            return
        os.write(1, text)
        seen += text
        while keys and keys[0][0] in seen:
            seen = seen[seen.index(keys[0][0]) + len(keys[0][0]):]
            time.sleep(0.1)  # two signals of a kind at once would be one
            os.write(terminal, keys.pop(0)[1])
    os.kill(child, signal.SIGKILL)


main()
