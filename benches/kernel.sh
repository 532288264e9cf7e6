#!/usr/bin/env bash
# Instructions that the counting kernel takes for a student, beside those of the plain version; federal subgroups, all
# pairs, 14 denominators and numerators, by the size of the cell. Needs valgrind (Debian: valgrind).
#
#     benches/kernel.sh
set -euo pipefail
cd "$(dirname "$0")/.."
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/waymark/target}"
cargo build --quiet --locked -p waymark-cube --example kernel
kernel="$CARGO_TARGET_DIR/debug/examples/kernel"

# Only what is done within the function that counts.
instructions() {
    local how=$1 students=$2 cell=$3
    valgrind --tool=callgrind --callgrind-out-file=/dev/null --toggle-collect='*counted*' \
        "$kernel" "$how" "$students" "$cell" 2>&1 | awk '/Collected/ { print $NF }'
}

for cell in 4 16 64 1024; do
    for how in kernel reference; do
        students=4096
        echo "$how, cells of $cell: $(($(instructions "$how" "$students" "$cell") / students)) instructions a student"
    done
done
