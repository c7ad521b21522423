"""The demo: the main job on the sample policies that come with the program."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from policytext.batch import Job
from policytext.cli.language import Command, lang_option, language, option
from policytext.cli.options import progress
from policytext.corpus import Corpus
from policytext.corpus.filters import Bands, Filters
from policytext.corpus.ingest import Ingest, add_files
from policytext.measures.manifest import read_manifest
from policytext.messages import Lang, say
from policytext.places import model_folder, sample_folder
from policytext.promises import judged
from policytext.report import rows
from policytext.report.hits import Print, print_hits
from policytext.report.output import Look, write_rows
from policytext.report.promises import in_one_row
from policytext.schema import READABLE, Record
from policytext.search.engines import refresh
from policytext.search.find import Wanted, corpus_searcher
from policytext.sources import find_files
from policytext.taxonomy import load_taxonomy

#: The day of the analysis that policytext started from; statuses in the demo refer to it.
ANALYSIS_DAY = date(2020, 7, 28)
QUERIES = ("引导基金", "区块链人才 培养", "“应用场景” 政务数据共享")
HITS = 3


@click.command("demo", cls=Command)
@option("--corpus", "folder", type=click.Path(path_type=Path, file_okay=False))
@option("--jobs", "-j", type=click.IntRange(1), default=2, show_default=True)
@lang_option
def demo(folder: Path | None, jobs: int) -> None:
    """See help.commands.demo."""
    if folder is not None:
        _run(folder, jobs, language())
        return
    with TemporaryDirectory(prefix="policytext-demo-") as temporary:
        _run(Path(temporary), jobs, language())


def _run(folder: Path, jobs: int, lang: Lang) -> None:
    read_manifest(model_folder())
    files = find_files([sample_folder() / "pdf"])
    how = Ingest(Job(labels=True, ocr="off"), jobs, index=refresh)
    with Corpus(folder, create=True) as corpus:
        with corpus.writing():
            added = list(add_files(corpus, files, how, lambda work, total: progress(work, total, say("progress.adding", lang))))
        records = [one.record for one in added if one.record.status in READABLE]
        _say("demo.ingested", lang, files=len(added), pages=sum(r.pages for r in records), clauses=sum(r.clauses for r in records))
        for one in records:
            if one.status == "partial":
                _say("demo.partial", lang, file=Path(one.file).name, pages="、".join(map(str, one.bad_pages)))
        _measures(corpus, records, lang)
        _periods(records, lang)
        _impossible(corpus, records, lang)
        searcher = corpus_searcher(corpus, Filters(Bands(ANALYSIS_DAY)))
        look = Print(lang, load_taxonomy().names(lang), "gbt7714", Bands(ANALYSIS_DAY))
        _say("demo.searches", lang)
        for query in QUERIES:
            print_hits(query, searcher(query, Wanted(HITS)), look)
    _say("demo.next", lang)


def _say(key: str, lang: Lang, **details: object) -> None:
    click.echo(say(key, lang, **details))


def _measures(corpus: Corpus, records: list[Record], lang: Lang) -> None:
    counts = Counter(label for one in records for clause in corpus.clauses(one) for label in clause.measures.labels or ("none",))
    taxonomy = load_taxonomy()
    names = {**taxonomy.names(lang), "none": say("measure.none", lang)}
    _say("demo.measures", lang)
    write_rows(({"label": names[label], "clauses": counts[label]} for label in names), "table", None, Look(lang))


def _periods(records: list[Record], lang: Lang) -> None:
    fictional = _fictional()
    bands = Bands(ANALYSIS_DAY)

    def row(one: Record) -> rows.Row:
        remark = say("demo.fictional" if Path(one.file).name in fictional else "demo.reconstruction", lang)
        return {"province": one.head.region.province, **rows.dated(one, bands), "remark": remark}

    ordered = sorted(records, key=lambda one: (one.period.months or float("inf"), one.head.issue_date or "9999", one.file))
    click.echo()
    _say("demo.periods", lang, as_of=ANALYSIS_DAY.isoformat())
    columns = ("province", "title", "period.months", "period.start", "period.end", "flag", "status", "period.evidence.text", "remark")
    write_rows(map(row, ordered), "table", None, Look(lang, columns))
    click.echo()


def _impossible(corpus: Corpus, records: list[Record], lang: Lang) -> None:
    """What the analysis found: a promise that nobody can collect while the policy runs."""
    found = [one for of in records for one in judged(corpus.clauses(of)) if one.feasibility.verdict == "not_in_time"]
    _say("demo.impossible", lang)
    write_rows((in_one_row(one, lang) for one in found), "table", None, Look(lang, ("title", "path", "condition", "tier", "why")))
    click.echo()


def _fictional() -> set[str]:
    """File names of the samples that the register marks as made up throughout."""
    with (sample_folder() / "sources.csv").open(encoding="utf-8-sig", newline="") as handle:
        return {Path(row["file"]).name for row in csv.DictReader(handle) if row["kind"] == "fictional"}
