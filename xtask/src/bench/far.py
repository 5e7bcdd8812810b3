"""Makes a network in which AWS is far away, and runs a command in it.

far.py ROUND_TRIP_MS PORT COMMAND ...

Two network namespaces, near and far, each with a tun device. What is sent into one device comes out of the other half a round trip
later, so that each packet takes its time: the question for a name, the connection, the handshake, the request. COMMAND runs in the near
one, where every name under AWS's domains has one address, on the far side. What connects there to port 443 is handed on to PORT of the
near side's own 127.0.0.1, where COMMAND has its stand-in for AWS: past the wire, so that only the way there takes time.
"""

import collections
import ctypes
import fcntl
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
NEAR_ADDRESS, FAR_ADDRESS = "10.91.0.1", "10.91.0.2"
DOMAINS = (".amazonaws.com", ".api.aws", ".awsapps.com")
MTU = 1500


def ip(*words):
    subprocess.run(("ip", *words), check=True, stdout=subprocess.DEVNULL)


def enter(namespace):
    """Moves this thread: the sockets that it makes are there."""
    with open(f"/var/run/netns/{namespace}") as handle:
        if LIBC.setns(handle.fileno(), CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "setns")


def device(namespace, address):
    enter(namespace)
    tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH14x", b"wire", IFF_TUN | IFF_NO_PI))
    ip("-n", namespace, "address", "add", f"{address}/24", "dev", "wire")
    ip("-n", namespace, "link", "set", "wire", "up")
    ip("-n", namespace, "link", "set", "lo", "up")
    return tun


def carry(source, target, delay):
    """Takes packets from one device to the other, each as late as the others."""
    late = collections.deque()
    while True:
        patience = max(0.0, late[0][0] - time.monotonic()) if late else None
        if select.select([source], [], [], patience)[0]:
            try:
                late.append((time.monotonic() + delay, os.read(source, MTU)))
            except BlockingIOError:
                pass
        while late and late[0][0] <= time.monotonic():
            try:
                os.write(target, late.popleft()[1])
            except OSError:
                pass  # A full queue drops packets in any network.


def name_in(question):
    labels, at = [], 12
    while question[at]:
        labels.append(question[at + 1 : at + 1 + question[at]])
        at += 1 + question[at]
    (kind,) = struct.unpack_from(">H", question, at + 1)
    return b".".join(labels).decode("latin-1").lower(), kind, question[12 : at + 5]


def answer_names(server):
    """A for every name of AWS, and no AAAA."""
    while True:
        question, client = server.recvfrom(1024)
        name, kind, asked = name_in(question)
        is_known = name.endswith(DOMAINS)
        has_address = is_known and kind == 1
        flags = 0x8180 if is_known else 0x8183
        reply = question[:2] + struct.pack(">5H", flags, 1, int(has_address), 0, 0) + asked
        if has_address:
            reply += struct.pack(">HHHIH", 0xC00C, 1, 1, 60, 4) + socket.inet_aton(FAR_ADDRESS)
        server.sendto(reply, client)


def hand_on(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        for end in (source, target):
            end.close()


def accept(listener, near, port):
    enter(near)
    while True:
        client, _ = listener.accept()
        server = socket.create_connection(("127.0.0.1", port))
        for end in (client, server):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for pair in ((client, server), (server, client)):
            threading.Thread(target=hand_on, args=pair, daemon=True).start()


def run(near, far, round_trip_ms, port, command):
    wires = [device(near, NEAR_ADDRESS), device(far, FAR_ADDRESS)]
    # This thread is on the far side now.
    names = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    names.bind((FAR_ADDRESS, 53))
    listener = socket.create_server((FAR_ADDRESS, 443), backlog=64)
    delay = round_trip_ms / 2000
    for work in ((carry, *wires, delay), (carry, *reversed(wires), delay), (answer_names, names), (accept, listener, near, port)):
        threading.Thread(target=work[0], args=work[1:], daemon=True).start()
    return subprocess.run(["ip", "netns", "exec", near, *command]).returncode


def main():
    round_trip_ms, port, command = float(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    # A run that is ended early leaves no namespace behind either.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    near, far = f"sso-cp-near-{os.getpid()}", f"sso-cp-far-{os.getpid()}"
    resolver = f"/etc/netns/{near}"
    try:
        ip("netns", "add", near)
        ip("netns", "add", far)
        os.makedirs(resolver)
        with open(f"{resolver}/resolv.conf", "w") as handle:
            handle.write(f"nameserver {FAR_ADDRESS}\n")
        status = run(near, far, round_trip_ms, port, command)
    finally:
        subprocess.run(f"ip netns del {near}; ip netns del {far}; rm -rf {resolver}", shell=True, stderr=subprocess.DEVNULL)
    sys.exit(status)


main()
