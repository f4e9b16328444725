#!/bin/sh
# The first process of the guest (user-mode Linux): modules, a writable root over the host's read-only
# one, then GUEST_DIR/command, whose exit status goes to GUEST_DIR/status. GUEST_DIR comes from the kernel's
# command line and is the only folder of the host that the guest can write to.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
mount -t proc proc /proc
mount -t tmpfs -o size=75% tmpfs /mnt
mkdir /mnt/upper /mnt/work /mnt/root
kernel=/usr/lib/uml/modules/$(uname -r)/kernel
# hmac comes before sctp: without it listen() fails.
for module in fs/overlayfs/overlay crypto/hmac lib/crc-ccitt net/ipv6/ipv6 net/ipv4/udp_tunnel \
    net/ipv6/ip6_udp_tunnel net/sctp/sctp drivers/net/veth; do
  if [ -f "$kernel/$module.ko" ]; then
    insmod "$kernel/$module.ko" || echo "guest: no module $module"
  fi
done
root=/mnt/root
mount -t overlay -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work overlay $root
mount -t proc proc $root/proc
mount -t sysfs sysfs $root/sys
mount -t devtmpfs devtmpfs $root/dev
mkdir -p $root/dev/shm $root/run "$root$GUEST_DIR"
mount -t tmpfs tmpfs $root/dev/shm
mount -t tmpfs tmpfs $root/run
# The checkout may lie under /tmp, which is therefore the host's; temporary files go elsewhere.
export TMPDIR=/run
mount -t hostfs -o "$GUEST_DIR" none "$root$GUEST_DIR"
ip link set lo up
if [ -d /proc/net/sctp ]; then
  chroot $root /bin/sh "$GUEST_DIR/command" > "$root$GUEST_DIR/output" 2>&1 < /dev/null
  echo $? > "$root$GUEST_DIR/status"
else
  echo "guest: its kernel has no SCTP"
fi
sync
echo o > /proc/sysrq-trigger
sleep 60
