"""端口 · Finds a port nobody listens on."""

import socket

LOOPBACK = "127.0.0.1"


def free_port(usual: int, host: str = LOOPBACK) -> int:
    """空闲端口 · The usual port, or when it is taken (or 0) one that the system names."""
    for port in (usual, 0):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            # As servers do: a port that merely rests after its last connection is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            chosen: int = probe.getsockname()[1]
            return chosen
    raise OSError(f"没有空闲端口 · no free port on {host}")
