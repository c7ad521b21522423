"""Commands on label models: train, evaluate."""

from __future__ import annotations

from pathlib import Path

import click

from policytext.analyze import load_model
from policytext.cli.language import Command, option
from policytext.cli.options import Output, existing, model_option, output_options
from policytext.coding import from_corrections, with_corrections
from policytext.corpus import Corpus
from policytext.errors import InputError, WrongUsage
from policytext.labelled import LabelledClause, read_labels
from policytext.places import SHIPPED_MODELS
from policytext.training import evaluate as evaluate_model
from policytext.training import reliability, save
from policytext.training import train as train_model

SCORE_COLUMNS = (
    *("label", "precision", "recall", "f1", "gold", "predicted", "threshold", "ece", "instead"),
    *("clauses", "exact", "certain", "certain_exact"),
)
CURVE_COLUMNS = ("label", "from", "to", "decisions", "probability", "right")


@click.command("train", cls=Command)
@click.argument("labels", type=click.Path(path_type=Path, dir_okay=False))
@option("--model", "folder", type=click.Path(path_type=Path, file_okay=False), required=True)
@option("--corrections", "corrected_in", type=click.Path(path_type=Path, file_okay=False))
@option("--force", is_flag=True)
@output_options
def train(output: Output, labels: Path, folder: Path, corrected_in: Path | None, force: bool) -> None:
    """See help.commands.train."""
    if str(folder) in SHIPPED_MODELS:
        raise WrongUsage("model_name_taken", folder=str(folder))
    if folder.exists() and any(folder.iterdir()) and not force:
        raise WrongUsage("model_folder_in_use", folder=str(folder))
    clauses = read_labels(existing(labels), output.taxonomy)
    if corrected_in is not None:
        clauses = with_corrections(clauses, _corrected(corrected_in))
    output.note("training", number=len(clauses), documents=len({clause.doc for clause in clauses}))
    model, report = train_model(clauses, output.taxonomy)
    save(model, folder)
    output.write(report, SCORE_COLUMNS)
    output.note("model_saved", folder=str(folder))


@click.command("evaluate", cls=Command)
@click.argument("gold", type=click.Path(path_type=Path, dir_okay=False))
@model_option
@option("--curve", is_flag=True)
@output_options
def evaluate(output: Output, gold: Path, model: str, curve: bool) -> None:
    """See help.commands.evaluate."""
    clauses = read_labels(existing(gold), output.taxonomy)
    if not clauses:
        raise InputError("no_labels", file=str(gold))
    if curve:
        output.write(reliability(load_model(model), clauses), CURVE_COLUMNS)
    else:
        output.write(evaluate_model(load_model(model), clauses), SCORE_COLUMNS)


def _corrected(folder: Path) -> list[LabelledClause]:
    """The clauses of a corpus whose labels readers put right."""
    with Corpus(folder) as corpus:
        found = ((corpus.clauses(of), corpus.corrections(of.doc_id)) for of in corpus.records())
        return [one for clauses, said in found for one in from_corrections(clauses, said)]
