#!/usr/bin/python3
"""fault.py DATABASE PROGRAM FAILALLOC [all]: breaks runs everywhere, and judges what is left. Prints TAP.

DATABASE is sqlite or postgresql (MIGRATE_TEST_PG and PGPORT_TEST are the server). Without "all" a fixed
sample of the points is tried, in a few seconds; with it every one, in an hour or so. A test is one sweep: one scenario, one direction,
one kind of fault. FAULT_ONLY=TEXT narrows to the sweeps whose name has that text.
"""
import os
import queue
import shutil
import signal
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

import judge
import network
import points
import scenario
import stores

WORKERS = 4
WAITERS = 24  # at the same time, where a run mostly waits for a server that does not answer


class Sweeps:
    """The suite over one database: a number of projects, worked on at the same time."""

    def __init__(self, database, program, failalloc, everything):
        self.database, self.program, self.failalloc, self.everything = database, program, failalloc, everything
        self.work = tempfile.mkdtemp(prefix="migrate-fault.", dir=os.environ.get("TEST_WORK"))
        self.server = os.environ.get("MIGRATE_TEST_PG", "")
        self.tests = self.failed = 0
        self.untraced = points.missing()
        self.only = os.environ.get("FAULT_ONLY", "")
        waits = everything and database == "postgresql"
        self.stores = [self.open_store(number) for number in range(WAITERS if waits else WORKERS)]

    def open_store(self, number):
        directory = os.path.join(self.work, "%s-%d" % (os.path.basename(self.work).rsplit(".")[-1].lower(), number))
        if self.database == "sqlite":
            return stores.SQLite(self.program, directory)
        return stores.PostgreSQL(self.program, directory, self.server)

    def close(self):
        for store in self.stores:
            store.close()
        shutil.rmtree(self.work, ignore_errors=True)

    def sweep(self, name, chosen, strike, workers=WORKERS):
        """strike(store, point) gives None or what is wrong."""
        free = queue.Queue()
        for store in self.stores[:workers]:
            free.put(store)

        def one(point):
            store, begin = free.get(), time.monotonic()
            try:
                return strike(store, point)
            except Exception as error:  # the sweep goes on, and fails
                return "%s: %s" % (type(error).__name__, error)
            finally:
                free.put(store)
                self.slowest = max(self.slowest, time.monotonic() - begin)

        self.hits, self.slowest, begin = 0, 0, time.monotonic()
        with ThreadPoolExecutor(workers) as pool:
            problems = [(point[0], problem) for point, problem in zip(chosen, pool.map(one, chosen)) if problem]
        # A fault that is never felt tests nothing.
        self.report(not problems and self.hits > 0, "%s at %d points" % (name, len(chosen)),
                    ["%s: %s" % problem for problem in problems] +
                    ["%d runs failed, %.1f s, the slowest point %.1f s" %
                     (self.hits, time.monotonic() - begin, self.slowest)])

    def report(self, good, name, lines):
        self.tests += 1
        print("%s %d - %s" % ("ok" if good else "not ok", self.tests, name))
        if not good:
            self.failed += 1
        for line in lines:
            print("# " + line)
        sys.stdout.flush()

    def skip(self, name, reason):
        self.tests += 1
        print("ok %d - %s # skip %s" % (self.tests, name, reason))

    def wanted(self, name):
        return self.only in name

    # -------- what is done at a point --------

    def struck(self, one, direction, lasting=False, fragile=0):
        """lasting: the database may not be readable any more either. fragile: allocations, from the first, that
        may also crash: those of the C library's name service, before there is a connection."""
        def strike(store, point):
            _, before, environment = point
            store.reset()
            result = store.run("--format", "json", *store.command(direction), before=before, environment=environment)
            self.hits += result.returncode != 0
            if result.returncode in (-signal.SIGSEGV, -signal.SIGABRT) and int(environment["FAILALLOC"]) <= fragile:
                result.returncode = -signal.SIGKILL
            return judge.judge(store, one, direction, result, lasting)
        return strike

    def cut(self, one, direction, strike, after):
        def run(store, point):
            _, way, at = point
            store.reset()
            proxy = network.Proxy(int(os.environ["PGPORT_TEST"]), way, at, strike, after)
            command = ["--format", "json", "-d", store.url.replace(os.environ["PGPORT_TEST"], str(proxy.port)) +
                       "?sslmode=disable&gssencmode=disable", *store.command(direction)]
            try:
                if strike == network.SWALLOW:
                    result = interrupted(store, command, proxy)
                else:
                    result = store.run(*command)
            finally:
                proxy.close()
            self.hits += proxy.struck.is_set()
            return judge.judge(store, one, direction, result, after == network.GONE)
        return run

    def messages(self, one, direction):
        """How many protocol messages each side sends."""
        store = self.stores[0]
        store.reset()
        proxy = network.Proxy(int(os.environ["PGPORT_TEST"]))
        result = store.run("-d", store.url.replace(os.environ["PGPORT_TEST"], str(proxy.port)) +
                           "?sslmode=disable&gssencmode=disable", *store.command(direction))
        assert result.returncode == 0, result.stderr
        proxy.close()
        return [("message %s %d" % (way, number), way, number)
                for way in "cs" for number in range(1, proxy.counts[way] + 1)]

    # -------- the sweeps --------

    def prepare(self, one, direction, mode):
        for store in self.stores:
            store.start(one, direction, mode)
        self.stores[0].reset()

    def over_calls(self, name, one, direction):
        kinds = (("killed", None, None, "", 8), ("EIO", "EIO", None, "", 3), ("ENOSPC", "ENOSPC", points.WRITING, "", 3),
                 ("ENOSPC from there on", "ENOSPC", points.WRITING, "+", 4))
        wanted = [kind for kind in kinds if self.wanted("%s, %s" % (name, kind[0]))]
        if wanted and self.untraced:
            return self.skip(name, self.untraced)
        counts = points.trace(self.stores[0], self.stores[0].command(direction)) if wanted else {}
        for kind, errno, names, on, count in wanted:
            found = points.failing(counts, errno, names, on) if errno else points.killed(counts)
            self.sweep("%s, %s" % (name, kind), found if self.everything else points.sample(found, count),
                       self.struck(one, direction, on == "+"))
        return None

    def over_memory(self, name, one, direction):
        name += ", out of memory"
        if not self.wanted(name):
            return
        store, fragile = self.stores[0], 0
        if self.database == "postgresql":
            fragile = points.allocations(store, self.failalloc, ("status", "-d", "postgresql://tester@127.0.0.1:1/none"))
        found = points.exhausted(store, self.failalloc, store.command(direction))
        self.sweep(name, found if self.everything else points.spread(found, 6), self.struck(one, direction, fragile=fragile))

    def over_sizes(self, name, one, direction):
        name += ", file size limited"
        if self.wanted(name):
            found = points.limited(48 * 1024)
            self.sweep(name, found if self.everything else points.spread(found, 3), self.struck(one, direction, True))

    def over_messages(self, name, one, direction):
        kinds = (("line cut, server back", network.RESET, network.BACK, 10),
                 ("line cut, server gone", network.RESET, network.GONE, 0),
                 ("line dead, then terminated", network.SWALLOW, network.BACK, 0))
        for kind, strike, after, count in kinds:
            full = "%s, %s" % (name, kind)
            if not self.wanted(full) or not (self.everything or count):
                continue
            found = self.messages(one, direction)
            waits = self.everything and (strike, after) != (network.RESET, network.BACK)
            self.sweep(full, found if self.everything else points.spread(found, count),
                       self.cut(one, direction, strike, after),
                       WAITERS if waits else WORKERS)

    def run(self):
        modes = ("delete", "wal") if self.database == "sqlite" else ("",)
        for one in scenario.scenarios(self.database):
            for direction in ("upgrade", "downgrade"):
                if not one.units(direction):
                    continue
                for mode in modes:
                    name = ", ".join(filter(None, (one.name, mode, direction)))
                    if one.new_file and (mode == "wal" or direction == "downgrade"):
                        continue
                    self.prepare(one, direction, mode)
                    self.over_calls(name, one, direction)
                    self.over_memory(name, one, direction)
                    if self.database == "sqlite":
                        self.over_sizes(name, one, direction)
                    else:
                        self.over_messages(name, one, direction)
        print("1..%d" % self.tests)
        return self.failed == 0


def interrupted(store, command, proxy):
    """Terminates a run that waits for answers which do not come, as whoever runs it would."""
    process = store.begin(*command)
    while process.poll() is None and not proxy.struck.wait(0.05):
        pass
    time.sleep(0.3)
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    return store.end(process)


def main():
    if len(sys.argv) < 4 or sys.argv[1] not in ("sqlite", "postgresql"):
        sys.exit(__doc__)
    sweeps = Sweeps(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:] == ["all"])
    try:
        return 0 if sweeps.run() else 1
    finally:
        sweeps.close()


if __name__ == "__main__":
    sys.exit(main())
