"""A server whose answers a storm is judged by.

  status_server.py PORT slams                each connection is accepted and closed at once
  status_server.py PORT statuses N[,N...]    HTTP; these statuses in turn
  status_server.py PORT lets_in N            WebSocket; of N handshakes one is let in and echoed, the others get 401
"""
import base64
import hashlib
import socket
import sys
import threading

port, mode = int(sys.argv[1]), sys.argv[2]
numbers = [int(number) for number in sys.argv[3].split(",")] if len(sys.argv) > 3 else []
lock = threading.Lock()
seen = 0


def next_number():
    global seen
    with lock:
        seen += 1
        return seen


def read_head(stream):
    lines = []
    while (line := stream.readline()) not in (b"\r\n", b""):
        lines.append(line.decode("latin-1").rstrip("\r\n"))
    return lines


def serve_statuses(stream):
    while read_head(stream):
        status = numbers[next_number() % len(numbers)]
        stream.write(f"HTTP/1.1 {status} Status\r\nContent-Length: 2\r\n\r\nok".encode())
        stream.flush()


def echo(stream):
    while len(start := stream.read(2)) == 2:
        opcode, length = start[0] & 15, start[1] & 127
        mask = stream.read(4)
        payload = bytes(byte ^ mask[i % 4] for i, byte in enumerate(stream.read(length)))
        stream.write(bytes([0x80 | opcode, length]) + payload)
        stream.flush()
        if opcode == 8:
            return


def let_in(stream):
    head = read_head(stream)
    if not head:
        return
    if next_number() % numbers[0] != 0:
        stream.write(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n")
        stream.flush()
        stream.readline()
        return
    key = next(line.split(":", 1)[1].strip() for line in head if line.lower().startswith("sec-websocket-key:"))
    accept = base64.b64encode(hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest())
    stream.write(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                 b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n")
    stream.flush()
    echo(stream)


def serve(connection):
    try:
        with connection, connection.makefile("rwb") as stream:
            {"statuses": serve_statuses, "lets_in": let_in}[mode](stream)
    except OSError:
        pass


listener = socket.create_server(("127.0.0.1", port), backlog=512)
print(f"ready on {port}", flush=True)
while True:
    accepted, _ = listener.accept()
    if mode == "slams":
        accepted.close()
    else:
        threading.Thread(target=serve, args=(accepted,), daemon=True).start()
