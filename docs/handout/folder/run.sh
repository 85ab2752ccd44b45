#!/usr/bin/env bash
# The door of this folder: it asks the project's run.sh, which knows the tools and QEMU.
#
#   ./run.sh                     build what lies here, and boot it
#   ./run.sh workshop check 3    am I right so far?
#
# If the project moves, change the next line.
project=@PROJECT@
if [ ! -x "$project/run.sh" ]; then
    echo "run.sh: there is no Bumpvisor at $project: put its folder's path into the line \"project=\" of this file" >&2
    exit 2
fi
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" || exit 1
BUMPVISOR_WORKSHOP=$PWD exec "$project/run.sh" "$@"
