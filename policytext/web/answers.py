"""An answer as a page, as JSON, or as a sheet: the same rows in each."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from policytext import __version__
from policytext.errors import PolicytextError
from policytext.messages import Lang, known, say
from policytext.report.output import Look, column_name, write_rows
from policytext.schema import to_json
from policytext.taxonomy import Taxonomy
from policytext.web.security import Refused
from policytext.web.views import Answer

HERE = Path(__file__).parent
#: The sheets that a listing can be taken home as, with their media types.
SHEETS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/x-ndjson",
}
SUFFIXES = ("json", *SHEETS)
LANG, WHO = "policytext_lang", "policytext_who"
#: HTTP statuses of errors that a request can cause.
STATUSES = {"no_document": 404, "no_upload": 404, "no_picture": 404, "corpus_locked": 409}


@dataclass(frozen=True, slots=True)
class Pages:
    """Renders templates; ``secret`` goes into every form."""

    environment: Environment
    taxonomy: Taxonomy
    secret: str
    version: str = __version__

    def html(self, request: Request, template: str, values: Mapping[str, Any], status: int = 200) -> Response:
        """A page in the language of the reader."""
        lang = language_of(request)

        def link(path: str = "", **changes: object) -> str:
            """The address of this page, or of another with the same values, with some changed (None: left out)."""
            kept = [(name, value) for name, value in request.query_params.multi_items() if name not in changes and name != "lang" and value]
            kept += [(name, str(value)) for name, value in changes.items() if value is not None]
            return (path or request.url.path) + (f"?{urlencode(kept)}" if kept else "")

        context = {
            "lang": lang,
            "t": lambda key, **details: say(f"web.{key}", lang, **details),
            "say": lambda key, **details: say(key, lang, **details),
            "named": lambda table, name: say(f"{table}.{name}", lang) if known(f"{table}.{name}") else name,
            "column": lambda key: column_name(key, lang),
            "link": link,
            "colon": "：" if lang == "zh" else ": ",
            "comma": "，" if lang == "zh" else ", ",
            "bracketed": lambda number: f"（{number}）" if lang == "zh" else f" ({number})",
            "moment": lambda at: at[:16].replace("T", " "),
            "given": dict(request.query_params),
            "pairs": lambda table, ids: [(name, say(f"{table}.{name}", lang)) for name in ids],
            "path": request.url.path,
            "csrf": self.secret,
            "who": unquote(request.cookies.get(WHO, "")),
            "names": self.taxonomy.names(lang),
            "version": self.version,
            **values,
        }
        answer = HTMLResponse(self.environment.get_template(template).render(context), status)
        answer.headers["Content-Language"] = "zh-Hans" if lang == "zh" else "en"
        if request.query_params.get("lang") in ("zh", "en"):
            answer.set_cookie(LANG, lang, max_age=31536000, samesite="strict", httponly=True)
        return answer

    def answer(self, request: Request, name: str, answer: Answer, suffix: str) -> Response:
        """``answer`` as what the ending of the address asks for."""
        if suffix == "json":
            return as_json({**answer.said, "rows": answer.rows})
        if suffix:
            return self._sheet(request, name, answer, suffix)
        return self.html(request, f"{name}.html", {"name": name, "rows": answer.rows, **answer.said, **answer.shown})

    def error(self, request: Request, error: PolicytextError, suffix: str = "") -> Response:
        """What is wrong and what to do, as a page or as JSON."""
        lang = language_of(request)
        status = error.status if isinstance(error, Refused) else STATUSES.get(error.code, 500 if error.code == "internal" else 400)
        if type(error).__name__ in ("CorpusError", "ModelError"):
            status = STATUSES.get(error.code, 503)
        said = {"code": error.code, "reason": error.reason(lang), "hint": error.hint(lang)}
        if suffix:
            return as_json({"error": said}, status)
        return self.html(request, "error.html", {"name": "error", "error": said}, status)

    def _sheet(self, request: Request, name: str, answer: Answer, suffix: str) -> Response:
        lang = language_of(request)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "sheet"
            write_rows(answer.rows, suffix, path, Look(lang, answer.columns, self.taxonomy.names(lang)))
            content = path.read_bytes()
        headers = {"Content-Disposition": f'attachment; filename="policytext-{name}.{suffix}"'}
        return Response(content, media_type=SHEETS[suffix], headers=headers)


def pages(taxonomy: Taxonomy, secret: str) -> Pages:
    """The pages of ``templates/``; whatever is put into one is escaped."""
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return Pages(environment, taxonomy, secret)


def as_json(value: Any, status: int = 200) -> Response:
    """A value as JSON."""
    return Response(to_json(value), status, media_type="application/json")


def language_of(request: Request) -> Lang:
    """What the address asks for, else what was chosen before, else English for browsers that ask for it and not for Chinese."""
    for chosen in (request.query_params.get("lang"), request.cookies.get(LANG)):
        if chosen in ("zh", "en"):
            return "en" if chosen == "en" else "zh"
    accepted = request.headers.get("accept-language", "").lower()
    return "en" if accepted.startswith("en") and "zh" not in accepted else "zh"


def remember_name(answer: Response, who: str) -> None:
    """Keep the name that a reader corrects under, for the next form."""
    answer.set_cookie(WHO, quote(who), max_age=31536000, samesite="strict", httponly=True)
