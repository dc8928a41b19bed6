"""`datagrams send ADDRESS COUNT SIZE` sends numbered datagrams; `datagrams take` counts them until
one says "end", and prints how many came."""

import socket
import sys
import time

PORT = 9
END = b"end"
ENDS = 50

if __name__ == "__main__":
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        if sys.argv[1] == "take":
            line.bind(("", PORT))
            print("ready", flush=True)
            came = 0
            first = last = 0.0
            while (packet := line.recv(65_536)) != END:
                came += 1
                last = time.monotonic()
                first = first or last
            print(came, last - first, flush=True)
        else:
            address, count, size = sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
            for _ in range(count):
                line.sendto(bytes(size), (address, PORT))
                time.sleep(0.0002)
            for _ in range(ENDS):  # one of them will come through
                time.sleep(0.02)
                line.sendto(END, (address, PORT))
