"""Sends one request after another that no caller may send, each on a connection of its own, and prints what came of it.

h2_hostile.py PORT; a line each: NAME OUTCOME, where OUTCOME is "status N", "reset N" or "goaway N".
"""

import socket
import sys

import h2.config
import h2.connection
import h2.events

GOOD = [(":method", "GET"), (":scheme", "http"), (":path", "/"), (":authority", "web")]


def without(name):
    return [field for field in GOOD if field[0] != name]


def instead(name, value):
    return [(name, value) if field[0] == name else field for field in GOOD]


HEADS = {
    "good": GOOD,
    "no-method": without(":method"),
    "no-path": without(":path"),
    "no-scheme": without(":scheme"),
    "empty-path": instead(":path", ""),
    "path-with-space": instead(":path", "/a b"),
    "path-with-line-end": instead(":path", "/ HTTP/1.1\r\nx: y"),
    "authority-with-comma": instead(":authority", "web,other"),
    "twice": GOOD + [(":path", "/other")],
    "unknown-pseudo": [(":other", "x")] + GOOD,
    "pseudo-behind": GOOD + [("a", "b"), (":path", "/other")],
    "upper-case": GOOD + [("Upper", "x")],
    "connection": GOOD + [("connection", "close")],
    "chunked": GOOD + [("transfer-encoding", "chunked")],
    "upgrade": GOOD + [("upgrade", "h2c")],
    "te": GOOD + [("te", "gzip")],
    "value-with-line-end": GOOD + [("a", "b\r\nx-evil: 1")],
    "value-with-nul": GOOD + [("a", "b\0c")],
    "empty-name": GOOD + [("", "x")],
    "two-lengths": GOOD + [("content-length", "0"), ("content-length", "0")],
    "length-without-body": GOOD + [("content-length", "5")],
    "other-host": GOOD + [("host", "other")],
    "long-head": GOOD + [("a", "x" * 10000)],
}


def connect(port):
    config = h2.config.H2Configuration(
        client_side=True,
        validate_outbound_headers=False,
        normalize_outbound_headers=False,
        header_encoding="utf-8",
    )
    connection = h2.connection.H2Connection(config)
    connection.initiate_connection()
    return socket.create_connection(("127.0.0.1", port), timeout=20), connection


def outcome(sock, connection):
    while True:
        data = sock.recv(65536)
        if not data:
            return "closed"
        for event in connection.receive_data(data):
            if isinstance(event, h2.events.ResponseReceived):
                return "status " + dict(event.headers)[":status"]
            if isinstance(event, h2.events.StreamReset):
                return "reset %d" % event.error_code
            if isinstance(event, h2.events.ConnectionTerminated):
                return "goaway %d" % event.error_code
        sock.sendall(connection.data_to_send())


def main():
    port = int(sys.argv[1])
    for name, head in HEADS.items():
        sock, connection = connect(port)
        with sock:
            connection.send_headers(1, head, end_stream=True)
            sock.sendall(connection.data_to_send())
            print(name, outcome(sock, connection), flush=True)


main()
