"""``python -m ticketing.knowledge load|embed|calibrate|measure|search|bench``."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from filelock import FileLock

from ticketing import tables  # noqa: F401  every table must be known before the first session
from ticketing.knowledge import retrieval, rules, seed, service, vectors
from ticketing.knowledge.embedding import BUNDLED, Embedder, Kind, Vectors, embedder
from ticketing.knowledge.entries import Entry
from ticketing.knowledge.index import Embed, Index, asked_texts
from ticketing.platform import log
from ticketing.platform.clock import SystemClock
from ticketing.platform.db import Database
from ticketing.platform.settings import Settings, SettingsError

VECTORS = Path("var/vectors.sqlite3")


def main(arguments: list[str] | None = None) -> int:
    """Run one command; gives the exit code."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except (SettingsError, seed.SeedError) as error:
        sys.stderr.write(f"{error}\n")
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ticketing.knowledge")
    commands = parser.add_subparsers(dest="command", required=True)
    load = commands.add_parser("load", help="bring the seed articles into the database")
    load.add_argument("--folder", type=Path, default=seed.FOLDER)
    load.add_argument("--force", action="store_true", help="also replace articles that staff have edited")
    load.set_defaults(run=_load)
    embed = commands.add_parser(
        "embed", help="embed the seed articles into the machine's store, which a first start takes from"
    )
    embed.set_defaults(run=_embed)
    search = commands.add_parser("search", help="what the knowledge base says to a text (not logged)")
    search.add_argument("text")
    search.add_argument("--topic", help="key of the article answered last")
    search.add_argument("--language", choices=["zh", "en"], default="zh")
    search.set_defaults(run=_search)
    calibrate = commands.add_parser("calibrate", help="fit weights and thresholds anew")
    calibrate.set_defaults(run=_calibrate)
    measure = commands.add_parser("measure", help="print how the seed articles answer questions held out for good")
    measure.set_defaults(run=_measure)
    commands.add_parser("bench", help="print how long searches take").set_defaults(run=_bench)
    return parser


def _open() -> tuple[Settings, Database]:
    settings = Settings.from_environment()
    log.configure(settings.log_level)
    return settings, Database(settings.database_url)


def _load(options: argparse.Namespace) -> int:
    settings, database = _open()
    clock = SystemClock()
    with database.transaction() as session:
        counts = service.load_articles(session, clock=clock, folder=options.folder, force=options.force)
    with database.reading() as session:
        entries = retrieval.entries(session)
    model = embedder(settings.embedding_model)
    # Embedded into the machine's own store, a batch at a time: whoever is interrupted goes on where it stopped, and who
    # begins beside another waits for what that one embeds.
    store = vectors.local_store(VECTORS)
    with FileLock(VECTORS.with_suffix(".lock")):
        vectors.copy(database, store, model=model.name)
        fresh = _remember(store, model, entries)
    vectors.copy(store, database, model=model.name)
    sys.stdout.write(
        f"knowledge base: {counts.added} articles added, {counts.updated} updated, {counts.unchanged} unchanged, "
        f"{counts.kept} kept as edited; {fresh} texts embedded\n"
    )
    return 0


def _embed(_options: argparse.Namespace) -> int:
    model, entries = embedder(os.environ.get("KESU_EMBEDDING_MODEL") or BUNDLED), [c.entry() for c in seed.read()]
    with FileLock(VECTORS.with_suffix(".lock")):
        fresh = _remember(vectors.local_store(VECTORS), model, entries)
    sys.stdout.write(f"knowledge base: {fresh} texts embedded\n")
    return 0


def _search(options: argparse.Namespace) -> int:
    settings, database = _open()
    with database.reading() as session:
        index = retrieval.current(session, clock=SystemClock(), model=settings.embedding_model)
    found = retrieval.search(index, options.text, model=settings.embedding_model, topic=options.topic)
    sys.stdout.write(f"{found.verdict}  chance {found.chance:.3f}\n")
    for entry, item in found.entries(found.ranked[:5]):
        signals = "  ".join(f"{name} {value:.2f}" for name, value in item.signals.items())
        sys.stdout.write(
            f"{item.score:6.2f}  {entry.key:<32} {entry.wording(options.language).question}\n        {signals}\n"
        )
    return 0


def _calibrate(_options: argparse.Namespace) -> int:
    from ticketing.knowledge import calibration  # scikit-learn: only here

    entries = [content.entry() for content in seed.read()]
    fitted_on = SystemClock().now().date().isoformat()
    found = calibration.calibrate(entries, _remembering(entries), on=fitted_on, say=sys.stdout.write)
    rules.THRESHOLDS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    following = {language: fitted["figures"] for language, fitted in found["following"].items()}
    for title, figures in (("alone", found["alone"]["figures"]), ("following", following)):
        sys.stdout.write("".join(f"{line}\n" for line in table(title, figures)))
    sys.stdout.write(f"written to {rules.THRESHOLDS}\n")
    return 0


def _measure(_options: argparse.Namespace) -> int:
    from ticketing.knowledge import measure

    entries = [content.entry() for content in seed.read()]
    embed = _remembering(entries)
    measure.run(Index(entries, embed), embed, sys.stdout.write)
    return 0


def _remembering(entries: Sequence[Entry]) -> Embed:
    """The configured model with this machine's store: what was embedded once is not embedded again."""
    database, model = vectors.local_store(VECTORS), embedder(os.environ.get("KESU_EMBEDDING_MODEL") or BUNDLED)
    _remember(database, model, entries)

    def embed(texts: Sequence[str], kind: str) -> Vectors:
        vectors.remember(database, embedder=model, texts=[(text, cast(Kind, kind)) for text in texts])
        with database.reading() as session:
            return vectors.recall(session, embedder=model, texts=texts, kind=cast(Kind, kind))

    return embed


def table(title: str, figures: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """The calibration's figures of questions that stand alone or follow, a row each."""
    yield f"{title:<24}" + "".join(f"{language:>10}" for language in figures)
    for name in next(iter(figures.values())):
        values = (found[name] for found in figures.values())
        yield f"{name:<24}" + "".join(f"{value:>10.0f}" if value > 1 else f"{value:>10.1%}" for value in values)


def _bench(_options: argparse.Namespace) -> int:
    from ticketing.knowledge import bench

    bench.run(sys.stdout.write)
    return 0


def _remember(database: Database, model: Embedder, entries: Sequence[Entry]) -> int:
    def progress(done: int, of: int) -> None:
        sys.stdout.write(f"embedding articles: {done} of {of} texts\n")
        sys.stdout.flush()

    return vectors.remember(database, embedder=model, texts=asked_texts(entries), progress=progress)


if __name__ == "__main__":
    raise SystemExit(main())
