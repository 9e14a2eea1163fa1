"""Papers as an eye has them: how much of each page is inked, between its head and its foot."""

from collections.abc import Iterator

import numpy as np
import pypdfium2

# Label above, hash and number below stand on every page, a blank one too.
_HEAD, _FOOT = 0.07, 0.09
_WHITE = 235


def inked(content: bytes) -> Iterator[float]:
    """Yield for each page of a PDF the share of its pixels that are not white."""
    with pypdfium2.PdfDocument(content) as document:
        for page in document:
            shown = np.asarray(page.render(scale=1.5, grayscale=True).to_numpy())
            rows = shown.shape[0]
            body = shown[int(rows * _HEAD) : int(rows * (1 - _FOOT))]
            yield float((body < _WHITE).mean())
