"""Commands on label models: train, evaluate."""

from __future__ import annotations

from pathlib import Path

import click

from policytext.analyze import load_model
from policytext.cli.language import Command, option
from policytext.cli.options import Output, existing, output_options
from policytext.errors import InputError, WrongUsage
from policytext.labelled import read_labels
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
@option("--force", is_flag=True)
@output_options
def train(output: Output, labels: Path, folder: Path, force: bool) -> None:
    """See help.commands.train."""
    if folder.exists() and any(folder.iterdir()) and not force:
        raise WrongUsage("model_folder_in_use", folder=str(folder))
    clauses = read_labels(existing(labels), output.taxonomy)
    output.note("training", number=len(clauses), documents=len({clause.doc for clause in clauses}))
    model, report = train_model(clauses, output.taxonomy)
    save(model, folder)
    output.write(report, SCORE_COLUMNS)
    output.note("model_saved", folder=str(folder))


@click.command("evaluate", cls=Command)
@click.argument("gold", type=click.Path(path_type=Path, dir_okay=False))
@option("--model", default="", type=click.Path(file_okay=False))
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
