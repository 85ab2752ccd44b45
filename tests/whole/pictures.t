#!/usr/bin/env bash
# pictures: the handout's are those that the script draws, and each says in words what it shows.
# shellcheck source=tests/whole/tap.sh
. "$(dirname "${BASH_SOURCE[0]}")/tap.sh"
copy=$(mktemp -d) || exit 1
trap 'rm -rf "$copy"' EXIT

run python3 -B tools/handout/draw.py --check
check "the pictures are as they are drawn" exits 0
for picture in docs/handout/pictures/*.svg; do
    run grep -rl "($(basename "$(dirname "$picture")")/$(basename "$picture"))" docs/handout --include='*.md'
    check "$(basename "$picture") is shown" exits 0
done

mkdir -p "$copy/build"
cp -r docs tools "$copy"
cp "$build/hypervisor.elf" "$copy/build"
sed -i 's/block 3 begins/block 4 begins/' "$copy/docs/handout/pictures/alignment-padding.svg"
run env BUILD=build python3 -B "$copy/tools/handout/draw.py" --check
check "one that was changed ends with 1" exits 1
check "and is named" says "pictures/alignment-padding.svg is not what tools/handout/draw.py draws"
rm "$copy/docs/handout/pictures/bump.svg"
run env BUILD=build python3 -B "$copy/tools/handout/draw.py" --check
check "so is one that is missing" says "pictures/bump.svg"

# A text that does not fit is refused: the picture need not be looked at to see it.
sed -i 's/"block 3 begins"/"block 3 begins here, and far beyond the end of the picture, as one sees, or does not see, it being cut"/' \
    "$copy/tools/handout/draw_memory.py"
run env BUILD=build python3 -B "$copy/tools/handout/draw.py"
check "a text that runs out of its picture is refused" matches 'alignment-padding.*not wholly inside|not wholly inside'
finish
