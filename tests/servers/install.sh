#!/bin/sh
# The real servers that the tests talk to, as Debian packages. Installs what is missing when it may; otherwise says
# exactly what to install. With the argument `bench` also what `make bench-watch` compares with.
set -eu

packages="ffmpeg python3-gi gir1.2-gst-rtsp-server-1.0 gir1.2-gstreamer-1.0 gstreamer1.0-plugins-base
gstreamer1.0-plugins-good gstreamer1.0-plugins-bad mosquitto tmux iproute2 openssl avahi-daemon dbus chromium age
fonts-wqy-microhei prometheus"
[ "${1:-}" = bench ] && packages="$packages motion"

missing=""
for package in $packages; do
    status=$(dpkg-query --show --showformat '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing="$missing $package"
done
[ -z "$missing" ] && exit 0

if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    echo "==> Installing the test servers:$missing"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    # shellcheck disable=SC2086 # a list of words on purpose
    apt-get install -qq --yes --no-install-recommends $missing >/dev/null
    exit 0
fi

echo "The tests need these Debian packages; install them as root with:" >&2
echo "    apt-get install --no-install-recommends$missing" >&2
exit 1
