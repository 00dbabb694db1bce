"""Writes the rings of a Swift with one device. Arguments: the folder, and the ports of the account, container and object servers."""
import sys

from swift.common.ring import RingBuilder

for name, port in zip(("account", "container", "object"), sys.argv[2:]):
    builder = RingBuilder(2, 1, 0)
    builder.add_dev({
        "region": 1, "zone": 1, "device": "d", "weight": 1,
        "ip": "127.0.0.1", "port": int(port), "replication_ip": "127.0.0.1", "replication_port": int(port),
    })
    builder.rebalance()
    builder.get_ring().save(f"{sys.argv[1]}/{name}.ring.gz")
