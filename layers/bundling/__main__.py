"""`python -m layers.bundling local|aws`"""

import sys

from layers.bundling import BuildError
from layers.bundling.bundles import TARGETS, build


def main() -> int:
    if len(sys.argv) != 2 or sys.argv[1] not in TARGETS:
        print(f"usage: python -m layers.bundling {'|'.join(TARGETS)}", file=sys.stderr)
        return 2
    try:
        for line in build(sys.argv[1]):
            print(f"  {line}")
    except BuildError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
