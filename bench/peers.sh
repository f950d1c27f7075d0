#!/bin/sh
# Side by side with DuckDB and Polars: makes its own Python environment, then
# peers.py does the rest. Arguments are those of peers.py (see --help).
set -eu
cd "$(dirname "$0")"
python=.venv/bin/python
if ! [ -x "$python" ] || ! cmp -s requirements.txt .venv/requirements.txt; then
	rm -rf .venv
	python3 -m venv .venv
	"$python" -m pip install --quiet --disable-pip-version-check -r requirements.txt
	cp requirements.txt .venv/requirements.txt
fi
exec "$python" peers.py "$@"
