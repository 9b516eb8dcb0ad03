"""Servers that are healthy, each in its own way, and some that are not.

  answering_server.py PORT PROTOCOL MODE [NUMBER...]     PROTOCOL: http, tcp or ws

Of all protocols:
  slams                each connection is accepted and closed at once
Of http:
  statuses NUMBER...   these statuses in turn
  stalls NUMBER        whole answers to that many requests, to each further one the beginning of one
Of ws:
  lets_in NUMBER       of that many handshakes one is let in and echoed, the others get 401
All other modes are in the tables below.
"""
import asyncio
import base64
import hashlib
import itertools
import os
import signal
import sys

port, protocol, mode = int(sys.argv[1]), sys.argv[2], sys.argv[3]
numbers = [int(number) for number in sys.argv[4:]]
turns = itertools.count()  # of requests or handshakes
OK = b"HTTP/1.1 200 OK\r\n"
HELLO = OK + b"Content-Length: 5\r\n\r\nhello"
# The answer to a request, and whether the server ends the connection after it.
RESPONSES = {
    "close": (OK + b"Connection: close\r\nContent-Length: 2\r\n\r\nok", True),
    "close_unsaid": (OK + b"Content-Length: 2\r\n\r\nok", True),
    "http10": (b"HTTP/1.0 200 OK\r\n\r\nuntil the end", True),
    "line_feeds": (b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok", False),
    "chunked": (OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 10000 + b"0\r\n\r\n", False),
    "interim": (b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + OK + b"Content-Length: 2\r\n\r\nok", False),
    "no_content": (b"HTTP/1.1 204 No Content\r\n\r\n", False),
    "unended": (OK + b"Content-Type: text/event-stream\r\n\r\ndata: news\n\n", False),
    "twofold": (HELLO + HELLO, False),
    "other_protocol": (b"SSH-2.0-OpenSSH_9.2\r\n", False),
}
# The parts of the answer to a line.
LINES = {"long": [b"$20\r\nabcdefghijklmnopqrst\r\n"], "short": [b":1\r\n"], "same": [b"+PONG\n"],
         "split": [b"$5\r\n", b"hello\r\n"], "mute": []}


def next_response():
    turn = next(turns)
    if mode == "statuses":
        return f"HTTP/1.1 {numbers[turn % len(numbers)]} Status\r\nContent-Length: 2\r\n\r\nok".encode(), False
    if mode == "stalls":
        return (HELLO if turn < numbers[0] else HELLO[:-1]), False
    return RESPONSES[mode]


async def serve_http(reader, writer):
    while True:
        await reader.readuntil(b"\r\n\r\n")
        response, ends = next_response()
        writer.write(response)
        await writer.drain()
        if ends:
            return


async def serve_tcp(reader, writer):
    while await reader.readline():
        for part in LINES[mode]:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(0.01)


def frame(opcode, payload=b"", final=True):
    return bytes([(0x80 if final else 0) | opcode, len(payload)]) + payload


async def read_frame(reader):
    first, second = await reader.readexactly(2)
    mask = await reader.readexactly(4)
    data = await reader.readexactly(second & 127)
    return first & 15, bytes(byte ^ mask[i % 4] for i, byte in enumerate(data))


async def push(writer, opcode):
    while True:
        writer.write(frame(opcode, b"news"))
        await writer.drain()
        await asyncio.sleep(0.002)


ANSWERS = {
    "mute": lambda data: b"",
    "push": lambda data: b"",
    "twice": lambda data: frame(1, data) * 2,
    "fragments": lambda data: frame(1, data[:1], False) + frame(9, b"mid") + frame(0, data[1:]),
    "binary": lambda data: frame(2, data),
}


# Returns whether the client is let in.
async def upgrade(reader, writer):
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin1")
    if mode == "lets_in" and next(turns) % numbers[0] != 0:
        writer.write(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n")
        return False
    key = [line.split(": ")[1] for line in head.split("\r\n") if line.startswith("Sec-WebSocket-Key")][0]
    accept = base64.b64encode(hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()).decode()
    more = {"deflate": "Sec-WebSocket-Extensions: permessage-deflate\r\n",
            "subprotocol": "Sec-WebSocket-Protocol: chat\r\n"}.get(mode, "")
    writer.write(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                  f"Sec-WebSocket-Accept: {accept}\r\n{more}\r\n").encode())
    return True


async def serve_ws(reader, writer):
    if not await upgrade(reader, writer):
        return
    if mode == "greets":
        writer.write(frame(1, b"welcome"))
    opcode = {"push": 1, "push_and_echo": 1, "pings": 9}.get(mode)
    pushing = asyncio.ensure_future(push(writer, opcode)) if opcode else None
    try:
        while True:
            opcode, data = await read_frame(reader)
            if opcode == 8:
                return writer.write(frame(8, data[:2]))
            if opcode == 9:
                writer.write(frame(10, data))
            if opcode == 1:
                writer.write(ANSWERS.get(mode, lambda data: frame(1, data))(data))
            await writer.drain()
    finally:
        if pushing:
            pushing.cancel()


async def serve(reader, writer):
    try:
        if mode == "slams":
            return writer.close()
        await {"http": serve_http, "tcp": serve_tcp, "ws": serve_ws}[protocol](reader, writer)
    except (asyncio.IncompleteReadError, OSError):
        pass
    writer.close()


async def main():
    await asyncio.start_server(serve, "127.0.0.1", port, backlog=256)
    print(f"ready on {port}", flush=True)
    told_to_end = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told_to_end.set)
    await told_to_end.wait()
    os._exit(0)


asyncio.run(main())
