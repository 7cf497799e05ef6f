"""A kernel's arguments in, its exit status out: the process that stands for a kernel of `warm`.

Run by its path, without site-packages, as `ask.py SOCKET ARGUMENT ...`: it starts in milliseconds,
asks `warm` for a kernel with its own environment, folder and outputs, and ends when that has ended.
"""

import json
import os
import signal
import socket
import struct
import sys

signal.signal(
    signal.SIGINT, signal.SIG_IGN
)  # before it asks a kernel to end, the client interrupts
asked = socket.socket(socket.AF_UNIX)
asked.connect(b"\0" + sys.argv[1].encode())
request = {"arguments": sys.argv[2:], "env": dict(os.environ), "folder": os.getcwd()}
text = json.dumps(request).encode()
socket.send_fds(asked, [struct.pack("!I", len(text))], [1, 2])
asked.sendall(text)
sys.exit((asked.recv(1) or b"\1")[0])
