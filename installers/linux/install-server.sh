#!/bin/sh
# Installs or updates the Huizhen server: sh install-server.sh [--prefix DIR] [--no-service]
# Needs Python 3.11 to 3.13 with venv, and the wheel in dist/ (made by ./dev package).
set -eu
here=$(cd "$(dirname "$0")/../.." && pwd)
prefix=/opt/huizhen
service=yes
while [ $# -gt 0 ]; do
    case "$1" in
        --prefix) prefix=$2; shift 2 ;;
        --no-service) service=no; shift ;;
        *) echo "usage: install-server.sh [--prefix DIR] [--no-service]" >&2; exit 2 ;;
    esac
done
wheel=$(ls "$here"/dist/huizhen-*.whl 2>/dev/null | sort | tail -n 1)
[ -n "$wheel" ] || { echo "no wheel in dist/: run ./dev package first" >&2; exit 1; }

[ -x "$prefix/bin/python" ] || python3 -m venv "$prefix"
"$prefix/bin/python" -m pip install --quiet --disable-pip-version-check \
    --require-hashes -r "$here/requirements/server.txt"
"$prefix/bin/python" -m pip install --quiet --disable-pip-version-check \
    --no-deps --force-reinstall "$wheel"
"$prefix/bin/huizhen-server" --help >/dev/null
echo "installed in $prefix"

[ "$service" = yes ] || exit 0
id huizhen >/dev/null 2>&1 || useradd --system --home-dir /var/lib/huizhen --shell /usr/sbin/nologin huizhen
install -d -m 0700 -o huizhen -g huizhen /var/lib/huizhen
install -d -m 0755 /etc/huizhen
install -m 0644 "$here/installers/linux/huizhen-server.service" \
    "$here/installers/linux/huizhen-server@.service" /etc/systemd/system/
systemctl daemon-reload
systemctl enable --now huizhen-server
echo "huizhen-server runs; settings go into /etc/huizhen/server.env"
