"""Bring the schemas of STIX 2.1 by OASIS into one file of the package, with their licence.

They come with the `stix2-validator` wheel, which is installed for this alone and without what it
asks for: a desk needs none of its twenty other packages. The file is made, not kept in the
repository, and ships in the wheel of legation.
"""

from importlib.metadata import distribution
from pathlib import Path
from typing import Final

import msgspec

MADE: Final = Path(__file__).parents[1] / "src" / "legation" / "stix" / "oasis_schemas.json"


def main() -> None:
    """Write the file."""
    package = distribution("stix2-validator")
    files = [Path(str(package.locate_file(file))) for file in package.files or ()]
    schemas = [
        file for file in files if file.suffix == ".json" and "schemas-2.1/schemas/" in str(file)
    ]
    licence = next(file for file in files if file.name == "LICENSE")
    told = {
        "source": f"stix2-validator {package.version}, schemas-2.1",
        "licence": licence.read_text("utf-8"),
        "schemas": {
            f"{file.parent.name}/{file.stem}": msgspec.json.decode(file.read_bytes())
            for file in sorted(schemas)
        },
    }
    MADE.write_bytes(msgspec.json.encode(told))


if __name__ == "__main__":
    main()
