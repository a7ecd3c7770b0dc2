"""Sends each message back, and says with which status each connection ended."""

import asyncio

import websockets


async def echo(socket):
    pong = await socket.ping()
    try:
        async for message in socket:
            await socket.send(message)
    except websockets.ConnectionClosed:
        pass
    print(f"closed {socket.close_code} pong {pong.done() and not pong.cancelled()}", flush=True)


async def main():
    async with websockets.serve(echo, "127.0.0.1", 0, max_size=None) as server:
        print(f"listening on {server.sockets[0].getsockname()[1]}", flush=True)
        await asyncio.Future()


asyncio.run(main())
