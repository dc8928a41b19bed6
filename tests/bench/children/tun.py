"""Makes a TUN device in this network namespace and hands it out: `tun SOCKET ADDRESS PEER`."""

import fcntl
import os
import socket
import struct
import subprocess
import sys

TUNSETIFF = 0x400454CA
IFF_TUN, IFF_NO_PI = 0x0001, 0x1000
NAME = "line0"

if __name__ == "__main__":
    handle, address, peer = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    device = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22s", NAME.encode(), IFF_TUN | IFF_NO_PI, b""))
    for words in (
        ("addr", "add", address, "peer", peer, "dev", NAME),
        ("link", "set", NAME, "up"),
        ("link", "set", "lo", "up"),
    ):
        subprocess.run(["ip", *words], check=True)
    with socket.socket(fileno=handle) as to:
        socket.send_fds(to, [b"d"], [device])
