"""A letter's HTML as PDF, with a Chinese font that comes with the program and not from the machine.

Noto Sans SC (OFL) is cut to the letter's characters first: the whole font has 55,000 glyphs and would take seconds.
WeasyPrint needs Pango; where it is missing ``PdfUnavailable`` is raised, and pages offer the letter for printing instead.
"""

from __future__ import annotations

import importlib.resources
import io
import logging
import tempfile
import warnings
from functools import lru_cache
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

logging.getLogger("weasyprint").setLevel(logging.ERROR)
FAMILY = "Kesu Letter"
WEIGHTS = (400, 700)
_ALWAYS = "".join(map(chr, range(0x20, 0x7F))) + "，。、；：？！“”‘’（）《》【】…—·￥¥％×　第页共/"
_WIDE_MARKS = frozenset(map(ord, "‘’“”…"))
_UNUSED = ["GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx", "VVAR", "MVAR", "STAT", "HVAR"]
_STYLE = Path(__file__).with_name("templates") / "letter.css"
_PAGE_WORDS = {
    "zh": '"第 " counter(page) " 页，共 " counter(pages) " 页"',
    "en": '"Page " counter(page) " of " counter(pages)',
}


class PdfUnavailable(Exception):
    """A system library that WeasyPrint draws with is missing: install Pango (docs/operations.md, Letters)."""


def press(article: str, *, language: str, title: str, number: str, style: Path = _STYLE) -> bytes:
    """The PDF of a rendered letter, or of anything else with a style sheet of its own; raises PdfUnavailable."""
    try:
        with warnings.catch_warnings():
            # Without HarfBuzz' subsetting library it cuts fonts in Python; ours are cut already.
            warnings.filterwarnings("ignore", message="HarfBuzz-Subset", category=DeprecationWarning)
            from weasyprint import CSS, HTML
            from weasyprint.text.fonts import FontConfiguration
    except OSError as error:
        raise PdfUnavailable(str(error).strip().splitlines()[0][:200]) from error
    page = f'<!doctype html><html lang="{"en" if language == "en" else "zh-CN"}"><head><meta charset="utf-8"><title>{title}</title></head><body>{article}</body></html>'
    with tempfile.TemporaryDirectory() as folder:
        faces = _faces(Path(folder), frozenset(page + number), western=language == "en")
        furniture = (
            f'@page {{ @bottom-left {{ content: "{number}" }} @bottom-right {{ content: {_PAGE_WORDS[language]} }} }}'
        )
        fonts = FontConfiguration()
        sheets = [CSS(string=text, font_config=fonts) for text in (faces, style.read_text(encoding="utf-8"), furniture)]
        return bytes(HTML(string=page).write_pdf(stylesheets=sheets, font_config=fonts, pdf_tags=True))


def _faces(folder: Path, characters: frozenset[str], *, western: bool) -> str:
    """Writes the cut fonts and gives the CSS that names them."""
    rules = []
    for weight, content in zip(WEIGHTS, _cut(characters | frozenset(_ALWAYS), western), strict=True):
        file = folder / f"{weight}.ttf"
        file.write_bytes(content)
        rules.append(
            f'@font-face {{ font-family: "{FAMILY}"; src: url("{file.as_uri()}"); font-weight: {weight}; font-style: normal; }}'
        )
    return "\n".join(rules)


@lru_cache(maxsize=16)
def _cut(characters: frozenset[str], western: bool) -> tuple[bytes, ...]:
    """The font in each weight, with these characters only; ``western`` with quotation marks as wide as they are."""
    options = Options()
    options.drop_tables += _UNUSED
    options.layout_features, options.hinting, options.notdef_outline = [], False, True
    source = importlib.resources.files("justmytype_intl_cjk") / "fonts/ofl/notosanssc/NotoSansSC[wght].ttf"
    with importlib.resources.as_file(source) as path, TTFont(path, lazy=True, recalcTimestamp=False) as font:
        if western:
            _narrow_quotation_marks(font)
        for table in _UNUSED:
            if table in font:
                del font[table]
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=[ord(character) for character in characters if character.isprintable()])
        subsetter.subset(font)
        variable = io.BytesIO()
        font.save(variable)
    return tuple(_instance(variable.getvalue(), weight) for weight in WEIGHTS)


def _narrow_quotation_marks(font: TTFont) -> None:
    """Chinese and Western text share these characters; the font has both forms and shows the wide one unless told."""
    table = font["GSUB"].table
    wanted = {
        index
        for item in table.FeatureList.FeatureRecord
        if item.FeatureTag == "pwid"
        for index in item.Feature.LookupListIndex
    }
    subtables = [part for index in sorted(wanted) for part in table.LookupList.Lookup[index].SubTable]
    narrow: dict[str, str] = {}
    for part in subtables:
        narrow |= getattr(getattr(part, "ExtSubTable", part), "mapping", {})
    for cmap in font["cmap"].tables:
        for mark in _WIDE_MARKS & cmap.cmap.keys():
            cmap.cmap[mark] = narrow.get(cmap.cmap[mark], cmap.cmap[mark])


def _instance(variable: bytes, weight: int) -> bytes:
    out = io.BytesIO()
    with TTFont(io.BytesIO(variable), recalcTimestamp=False) as font:
        instantiateVariableFont(font, {"wght": weight}, inplace=True)
        font.save(out)
    return out.getvalue()
