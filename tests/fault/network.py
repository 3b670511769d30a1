"""A line to the server that breaks at one exact protocol message.

A Proxy passes messages on between one client at a time and the server, and strikes just before
message number `at` of a direction would be passed on: "c" counts those of the client, "s" those of
the server (unencrypted protocol; the client's start-up packet is c 1). Only the first connection is
counted; what becomes of later ones is `after`.
"""
import socket
import struct
import threading

RESET, SWALLOW = "reset", "swallow"     # closed on both sides; or everything from there on is lost
BACK, GONE = "back", "gone"             # later connections work; or are refused


class Proxy:
    def __init__(self, server, direction="c", at=0, strike=RESET, after=BACK):
        self.server, self.direction, self.at, self.strike, self.after = server, direction, at, strike, after
        self.counts = {"c": 0, "s": 0}
        self.struck = threading.Event()
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(16)
        self.port = self.listener.getsockname()[1]
        self.sockets = []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        first = True
        while True:
            try:
                client, _ = self.listener.accept()
                server = socket.create_connection(("127.0.0.1", self.server))
            except OSError:
                return
            for end in (client, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.sockets += [client, server]
            for source, target, tag in ((client, server, "c"), (server, client, "s")):
                threading.Thread(target=self.pump, args=(source, target, tag, first), daemon=True).start()
            first = False

    def pump(self, source, target, tag, counted):
        buffer, startup = b"", tag == "c"
        try:
            while True:
                data = source.recv(65536)
                if not data:
                    break
                if not counted:
                    target.sendall(data)
                    continue
                buffer += data
                while True:
                    head = 0 if startup else 1
                    if len(buffer) < head + 4:
                        break
                    size = head + struct.unpack("!I", buffer[head:head + 4])[0]
                    if len(buffer) < size:
                        break
                    message, buffer, startup = buffer[:size], buffer[size:], False
                    if not self.pass_on(message, target, tag):
                        return
        except OSError:
            pass
        for end in (source, target):
            shut(end)

    def pass_on(self, message, target, tag):
        self.counts[tag] += 1
        if not self.at or tag != self.direction or self.counts[tag] < self.at:
            target.sendall(message)
            return True
        if not self.struck.is_set() and self.after == GONE:
            shut(self.listener)
            self.listener.close()
        if self.strike == RESET:
            for end in self.sockets[:2]:
                reset(end)
        self.struck.set()
        return self.strike == SWALLOW

    def close(self):
        shut(self.listener)
        self.listener.close()
        for end in self.sockets:
            shut(end)
            end.close()


def shut(end):
    try:
        end.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass


def reset(end):
    """Closes with RST. Shutting down first wakes the thread that reads; closing alone does not."""
    try:
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        end.shutdown(socket.SHUT_RD)
    except OSError:
        pass
    end.close()
