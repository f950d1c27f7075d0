#!/bin/sh
# Peak memory, wall and CPU of whole runs within --memory 1GiB, by number of
# events: size.sh [MILLIONS...], by default 1 10 30; 225 is 1.5 million patients.
# WORK is where extracts are made (225 M events need about 2 GB); extracts made
# before are used again.
set -eu
cd "$(dirname "$0")"
WORK=${WORK:-work/size}
mkdir -p "$WORK"
WORK=$(cd "$WORK" && pwd)
(cd .. && "${GO:-go}" build -trimpath -o "$WORK/riskband" ./cmd/riskband)
[ $# -gt 0 ] || set -- 1 10 30
exec python3 size.py "$WORK" "$@"
