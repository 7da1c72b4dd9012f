#!/bin/bash
# boot.sh FOLDER SHARED: starts this machine's own Debian a second time, in namespaces of its own, on a copy of its disk that lives in memory.
#
# FOLDER is an empty one; SHARED is the same folder there and here. The network of it is a loopback, which also has the addresses where an instance finds its metadata service, and
# what the test puts in the place of S3. Nothing that happens there is seen outside, but the folder's tmpfs is gone when its last process is.
set -euo pipefail
folder=$1 shared=$2

# A control group of its own, in whichever hierarchies there are: the systemd within believes to be at their root.
group=$(basename "$folder")
for hierarchy in /sys/fs/cgroup /sys/fs/cgroup/*; do
  [[ -f $hierarchy/cgroup.procs && ! -L $hierarchy ]] || continue
  # In the second version every folder has this file; only its root is a hierarchy.
  [[ $hierarchy == /sys/fs/cgroup || ! -f /sys/fs/cgroup/cgroup.procs ]] || continue
  mkdir -p "$hierarchy/$group"
  for file in cpuset.cpus cpuset.mems; do
    [[ ! -f $hierarchy/$file ]] || cat "$hierarchy/$file" >"$hierarchy/$group/$file"
  done
  echo $$ >"$hierarchy/$group/cgroup.procs"
done

inside() {
  set -euo pipefail
  mount --make-rprivate /
  mount -t tmpfs tmpfs "$folder"
  mkdir "$folder"/{upper,work,root}
  mount -t overlay overlay -o "lowerdir=/,upperdir=$folder/upper,workdir=$folder/work" "$folder/root"
  cd "$folder/root"
  mount -t proc proc proc
  mount -t sysfs sysfs sys
  if [[ -f /sys/fs/cgroup/cgroup.procs ]]; then
    mount -t cgroup2 cgroup2 sys/fs/cgroup
  else
    mount -t tmpfs -o mode=755 tmpfs sys/fs/cgroup
    local hierarchy
    for hierarchy in cpu cpuacct cpuset memory devices freezer blkio pids; do
      [[ -d /sys/fs/cgroup/$hierarchy ]] || continue
      mkdir "sys/fs/cgroup/$hierarchy"
      mount -t cgroup -o "$hierarchy" cgroup "sys/fs/cgroup/$hierarchy"
    done
    mkdir sys/fs/cgroup/systemd
    mount -t cgroup -o none,name=systemd cgroup sys/fs/cgroup/systemd
  fi
  mount -t tmpfs tmpfs run
  mount -t tmpfs tmpfs tmp
  mkdir -p ".$shared" && mount --bind "$shared" ".$shared"
  # An overlay cannot hold the layers of another one.
  mkdir -p var/lib/docker && mount -t tmpfs tmpfs var/lib/docker
  mount -t tmpfs -o mode=755 tmpfs dev
  local device
  for device in null zero full random urandom tty; do
    touch "dev/$device"
    mount --bind "/dev/$device" "dev/$device"
  done
  mkdir dev/pts dev/shm
  mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
  ln -s pts/ptmx dev/ptmx
  ln -s /proc/self/fd dev/fd
  ip link set lo up
  ip address add 169.254.169.254/32 dev lo
  ip address add 192.0.2.10/32 dev lo
  # Not by chroot: `docker exec` enters the namespace of a container at the root of its mounts, which would then be this machine's.
  mkdir run/before
  pivot_root . run/before
  cd /
  umount --lazy run/before
  # Not to its end: the services that this machine has enabled for itself begin later.
  exec env --ignore-environment container=other PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    /lib/systemd/systemd --unit=basic.target --log-target=console
}
export folder shared
export -f inside
exec unshare --mount --pid --net --uts --ipc --cgroup --fork --kill-child bash -c inside
