"""The smallest HTTP server, and the ways in which it misbehaves.

  external_server.py PORT [MODE] [FOLDER]     FOLDER: where it leaves process numbers
"""
import os
import signal
import socket
import sys
import time

port, mode = int(sys.argv[1]), (sys.argv[2:] + ["serves"])[0]
folder = (sys.argv[3:] + ["."])[0]
REQUESTS_BEFORE = 20
kept = []


def note_process(name):
    with open(os.path.join(folder, name + ".part"), "w") as file:
        file.write(str(os.getpid()))
    os.rename(os.path.join(folder, name + ".part"), os.path.join(folder, name))


def sleep_in_child(name, own_session):
    if os.fork() == 0:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if own_session:
            os.setsid()
            if os.fork() != 0:  # nobody's child from now on
                os._exit(0)
        note_process(name)
        time.sleep(600)
        os._exit(0)
    while not os.path.exists(os.path.join(folder, name)):
        time.sleep(0.01)


def misbehave():
    if mode == "exits":
        os._exit(0)
    if mode in ("aborts", "floods_and_aborts"):
        for _ in range(64 if mode == "floods_and_aborts" else 0):  # MiB
            sys.stderr.write(("x" * 63 + "\n") * (1 << 14))
        sys.stderr.flush()
        os.write(2, b"free(): invalid pointer\n")
        os.kill(os.getpid(), signal.SIGABRT)
    if mode == "hangs":
        time.sleep(600)
    if mode.startswith("grows"):
        kept.append(b"x" * (4 << 20))
    if mode == "keeps_descriptors":
        kept.append(os.dup(2))


def serve(listener):
    requests = 0
    while True:
        connection, _ = listener.accept()
        try:
            data = b""
            while b"\r\n\r\n" in data or (part := connection.recv(4096)):
                if b"\r\n\r\n" not in data:
                    data += part
                    continue
                data = data.split(b"\r\n\r\n", 1)[1]
                requests += 1
                if requests > REQUESTS_BEFORE:
                    misbehave()
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        except OSError:
            pass
        connection.close()


if mode in ("stays", "grows_and_stays"):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if mode == "grows_and_exits_3":
    signal.signal(signal.SIGTERM, lambda *_: os._exit(3))
listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("127.0.0.1", port))
listener.listen(128)
if mode == "forks":
    note_process("leader")
    sleep_in_child("child", own_session=False)
    sleep_in_child("daemon", own_session=True)
print(f"ready on {port}", flush=True)
serve(listener)
