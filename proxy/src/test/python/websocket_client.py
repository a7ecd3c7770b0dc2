"""Arguments: port, and what to do: talk, wait or busy. Says what came of it in one line each."""

import asyncio
import os
import sys

import websockets


def connect(port):
    return websockets.connect("ws://web/", host="127.0.0.1", port=port, max_size=None)


async def talk(port):
    """Messages of all kinds and both sizes of length fields, then an orderly end."""
    async with connect(port) as socket:
        for message in ["hello", "", b"\x00\xff", "x" * 200, os.urandom(100_000), os.urandom(1 << 20)]:
            await socket.send(message)
            assert await socket.recv() == message
        await socket.send(["frag", "", "ments ", "y" * 70_000])
        assert await socket.recv() == "fragments " + "y" * 70_000
        await asyncio.wait_for(await socket.ping(b"payload"), 20)
        await socket.close(4001, "bye")
        print(f"closed {socket.close_code}", flush=True)


async def wait(port):
    """Says nothing until the other side ends it."""
    async with connect(port) as socket:
        print("open", flush=True)
        await socket.wait_closed()
        print(f"closed {socket.close_code}", flush=True)


async def busy(port):
    """Talks without pause until the other side ends it, perhaps in the midst of a message."""
    async with connect(port) as socket:
        message = os.urandom(300_000)
        count = 0
        try:
            while True:
                await socket.send(message)
                assert await socket.recv() == message
                count += 1
                if count == 3:
                    print("open", flush=True)
        except websockets.ConnectionClosed:
            print(f"closed {socket.close_code}", flush=True)


asyncio.run({"talk": talk, "wait": wait, "busy": busy}[sys.argv[2]](int(sys.argv[1])))
