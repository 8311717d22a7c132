# To be read by the scripts beside it, which say where `$root` and `$here` are.

# The virtual environment, made once for each version of the requirements.
stamp=$root/.venv/conformance.requirements
if ! cmp -s "$here/requirements.txt" "$stamp"; then
    # Debian keeps venv in a package of its own.
    [ -x "$root/.venv/bin/pip" ] || python3 -m venv "$root/.venv" || { apt-get install -y python3-venv && python3 -m venv "$root/.venv"; }
    "$root/.venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$here/requirements.txt"
    cp "$here/requirements.txt" "$stamp"
fi

# Ends one of ours, before its directory goes: while it still ends it writes, and would be met by a directory that is half gone.
gone() { [ -z "$1" ] || { kill "$1" 2>/dev/null && wait "$1" || true; }; }
