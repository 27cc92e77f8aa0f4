"""Compiles what dataclasses would compile at each start: they write the source of their methods and execute it.

`tocsin.starting` reads the file. A third of what an API function does before its first request was this.
"""

import subprocess
from pathlib import Path

from layers.bundling import BuildError

# Modules of ours bring their packages along, so that the methods of pydantic's dataclasses are in the file too.
_PROGRAM = """
import binascii, dataclasses, importlib, marshal, sys

codes = {}

def remember(text, *names):
    code = compile(text, "<string>", "exec")
    codes[binascii.crc32(text.encode())] = marshal.dumps((text, code))
    exec(code, *names)

vars(dataclasses)["exec"] = remember
for name in sys.argv[2:]:
    importlib.import_module(name)
with open(sys.argv[1].format(tag=sys.implementation.cache_tag), "wb") as file:
    file.write(marshal.dumps(dict(sorted(codes.items()))))
"""


def compile_methods(core: Path, packages: list[Path], interpreter: str) -> None:
    """Of all dataclasses that the modules below `core` make or import, into a file beside them."""
    modules = [
        ".".join(file.relative_to(core).with_suffix("").parts)
        for file in sorted(core.rglob("*.py"))
        if file.name != "__init__.py"
    ]
    path = ":".join(map(str, (core, *packages)))
    # no caches: what is imported here is compiled once more, for the place where it will lie
    environment = {"PYTHONPATH": path, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [interpreter, "-S", "-P", "-c", _PROGRAM, str(core / "tocsin" / "methods.{tag}.bin"), *modules]
    done = subprocess.run(command, env=environment, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise BuildError(f"the modules of the core layer cannot all be imported:\n{done.stderr.strip()}")
