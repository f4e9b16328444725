"""python-diameter's Node, to be measured: `python bench/diameter_foreign.py HOST:PORT`.

Its application answers in the node's own thread, which is its cheapest way.
"""

from __future__ import annotations

import sys
import time
from datetime import datetime

from diameter.message.commands import Message
from diameter.node import Node
from diameter.node.application import Application

from mkef.integrations.python_diameter import register

HOME = "epc.mnc001.mcc001.3gppnetwork.org"
HOST = f"mkef.{HOME}"
APPLICATION = 16781313
CLASSES = register()
EXPIRY = datetime.fromtimestamp(1_767_312_000)  # python-diameter's own convention


class Echo(Application):  # type: ignore[misc] # python-diameter has no types
    """A key for everyone."""

    def handle_request(self, message: Message) -> None:
        """The answer that our server gives too."""
        info = CLASSES["MTC-Key-Info"]()
        info.mtc_key_material = bytes(range(32))
        info.mtc_server_id = "mtc.example.net"
        info.key_expirytime = EXPIRY
        info.mtc_key_strength = 128
        answer = message.to_answer()
        answer.session_id = message.session_id
        answer.origin_host, answer.origin_realm = HOST.encode(), HOME.encode()
        answer.auth_session_state = 1
        answer.result_code = 2001
        answer.mtc_key_info = info
        self.send_answer(answer)


def main(address: str) -> None:
    """Serve until a signal."""
    host, _, port = address.rpartition(":")
    node = Node(HOST, HOME, ip_addresses=[host], tcp_port=int(port), vendor_ids=[32473])
    peer = node.add_peer("aaa://mtc000.servers.example", "servers.example")
    node.add_application(Echo(APPLICATION, is_auth_application=True), [peer], realms=[HOME])
    node.start()
    print("ready", flush=True)
    while True:
        time.sleep(60)


if __name__ == "__main__":
    main(*sys.argv[1:])
