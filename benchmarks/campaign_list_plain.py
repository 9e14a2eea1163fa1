"""The plain web service of `campaign_list.py`: rows in memory, no check, as its manual shows it."""

import sys
from pathlib import Path

import msgspec
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel


class Row(BaseModel):
    """A line of the list."""

    campaign_id: str
    name: str
    grade: str
    first: int
    last: int
    accounts: int
    ties: int
    layers: list[str]
    languages: list[str]
    p_value: float
    mark: str


class Page(BaseModel):
    """A page of the list."""

    caveat: str
    total: int
    after: str | None
    rows: list[Row]


def build(content: bytes) -> FastAPI:
    """Return the service over one page of the list."""
    kept = msgspec.json.decode(content)
    page = Page(**kept | {"rows": [Row(**row) for row in kept["rows"]]})
    app = FastAPI()

    @app.get("/campaigns")
    async def campaigns() -> Page:
        return page

    return app


if __name__ == "__main__":
    uvicorn.run(
        build((Path(sys.argv[1]) / "rows.json").read_bytes()),
        port=int(sys.argv[2]),
        log_config=None,
        access_log=False,
        server_header=False,
    )
