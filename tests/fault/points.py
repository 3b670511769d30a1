"""Faults inside the program's process: where they can strike, and the command that makes one strike.

A point is (name, command before the program, environment). strace(1) kills the program at a system
call, or has the call fail; failalloc.so has an allocation fail; prlimit(1) limits the size of files.
"""
import os
import re
import shutil
import subprocess

# Calls that never fail in practice, or whose failure ends the process before main.
ALWAYS_WELL = {"exit", "exit_group", "execve", "rt_sigreturn", "brk", "arch_prctl", "set_tid_address", "set_robust_list",
               "rseq", "getpid", "getuid", "geteuid", "getgid", "getegid", "gettid", "mprotect", "munmap", "clock_gettime",
               "rt_sigaction", "rt_sigprocmask", "futex", "clock_nanosleep", "restart_syscall", "uname", "sched_yield"}
# No line loses one message and works on: lines are cut in network.py.
LINE = {"sendto", "recvfrom", "sendmsg", "recvmsg"}
WRITING = {"write", "pwrite64", "writev", "fsync", "fdatasync", "ftruncate", "fallocate", "openat", "mkdir", "mkdirat",
           "link", "rename", "unlink", "unlinkat", "mmap", "fchown", "fchmod", "lseek"}
# What changes files or talks to the server: most of a sample.
TELLING = {"write", "pwrite64", "fsync", "fdatasync", "ftruncate", "unlink", "rename", "sendto", "getdents64"}
MARK = "migrator.yaml"  # before the program opens it nothing can have happened


def missing():
    """Why there can be no sweep over system calls, or None."""
    if not shutil.which("strace"):
        return "no strace"
    probe = subprocess.run(["strace", "-f", "-qq", "-o", "/dev/null", "-e", "inject=getppid:error=EIO", "true"],
                           capture_output=True, text=True)
    return None if probe.returncode == 0 else "strace may not trace: " + probe.stderr.strip()[:100]


def calls(trace):
    """From strace's output: {call: (count before the mark, count in all)}."""
    count, before = {}, None
    with open(trace, errors="replace") as file:
        for line in file:
            found = re.match(r"\d+ +([a-z_0-9]+)\(", line)
            if not found:
                continue
            if before is None and MARK in line:
                before = dict(count)
            count[found[1]] = count.get(found[1], 0) + 1
    return {call: ((before or {}).get(call, 0), number) for call, number in count.items()}


def trace(project, arguments):
    path = os.path.join(project.directory, "trace")
    result = project.run(*arguments, before=("strace", "-f", "-qq", "-s", "256", "-o", path))
    assert result.returncode == 0, result.stderr
    return calls(path)


def injected(call, what, when):
    # --seccomp-bpf would be faster, and lets no signal through.
    return ("strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=" + call,
            "-e", "inject=%s:%s:when=%s" % (call, what, when))


def killed(counts):
    return [("%s %d" % (call, number), injected(call, "signal=KILL", number), {})
            for call, (before, last) in sorted(counts.items()) if call not in ("exit_group", "execve")
            for number in range(before + 1, last + 1)]


def failing(counts, errno, names=None, on=""):
    """on "+": every later one fails too."""
    return [("%s %d%s" % (call, number, on), injected(call, "error=" + errno, "%d%s" % (number, on)), {})
            for call, (before, last) in sorted(counts.items())
            if call not in ALWAYS_WELL | LINE and (names is None or call in names)
            for number in range(before + 1, last + 1)]


def spread(found, count):
    """So many of them, evenly spread; always the same."""
    count = min(count, len(found))
    return [found[(2 * number + 1) * len(found) // (2 * count)] for number in range(count)]


def sample(found, count):
    """The same, two thirds of them where something is changed or said."""
    telling = [point for point in found if point[0].split()[0] in TELLING]
    other = [point for point in found if point[0].split()[0] not in TELLING]
    return spread(telling, (2 * count + 2) // 3) + spread(other, count // 3)


def allocations(project, library, arguments):
    """The number of allocations of a run."""
    result = project.run(*arguments, environment={"LD_PRELOAD": library, "FAILALLOC": "0"})
    found = re.search(r"failalloc: (\d+)", result.stderr)
    assert found, result.stderr
    return int(found[1])


def exhausted(project, library, arguments):
    first, last = allocations(project, library, ("--version",)), allocations(project, library, arguments)
    return [("allocation %d%s" % (number, on), (), {"LD_PRELOAD": library, "FAILALLOC": str(number), **more})
            for on, more in (("", {}), (" and all later ones", {"FAILALLOC_ALL": "1"}))
            for number in range(first + 1, last + 1)]


def limited(largest, step=512):
    """No file may grow past so many bytes."""
    return [("fsize %d" % size, ("prlimit", "--fsize=%d" % size, "--"), {}) for size in range(0, largest, step)]
