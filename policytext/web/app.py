"""The routes: each page by its path, its JSON and its sheets by an ending; what readers write; files of our own."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from policytext.corpus import Where
from policytext.errors import InputError, PolicytextError, WrongUsage
from policytext.read.page_picture import SHOWN
from policytext.web.answers import HERE, SUFFIXES, Pages, as_json, language_of, pages, remember_name
from policytext.web.asked import Asked, Parameter
from policytext.web.pictures import Pictures
from policytext.web.security import FIELD, HEADER, Gate, Guard, Refused
from policytext.web.site import Site
from policytext.web.views import View

if TYPE_CHECKING:
    from policytext.web.uploads import Uploads

SURVEYS = "policytext.web.surveys"
VIEWS = (
    View("search"),
    View("periods"),
    View("promises", SURVEYS),
    View("compare", SURVEYS),
    View("copied", SURVEYS),
    View("corrections", SURVEYS),
)
#: Files in one upload, and the size of a field of a form.
MOST_FILES, MOST_FIELD = 200, 1 << 16


@dataclass(slots=True)
class Web:
    """All that the routes need."""

    site: Site
    gate: Gate
    pages: Pages
    pictures: Pictures = field(default_factory=Pictures)
    sent: Uploads | None = None

    @property
    def uploads(self) -> Uploads:
        """The uploads, once there are any: whoever only reads does not wait for what reads files."""
        from policytext.web.uploads import Uploads

        self.sent = self.sent or Uploads(self.site.where)
        return self.sent

    def view(self, of: View, suffix: str) -> Callable[[Request], Any]:
        """The endpoint of a listing."""

        def answer(request: Request) -> Response:
            with self.site.reader() as reader:
                return self.pages.answer(request, of.name, of.make(reader, self.asked(request, of.known)), suffix)

        return self.safe(answer, suffix)

    def document(self, suffix: str) -> Callable[[Request], Any]:
        """The endpoint of one document."""

        def answer(request: Request) -> Response:
            from policytext.web.document import DOCUMENT, document

            with self.site.reader() as reader:
                asked = self.asked(request, {one.name: one for one in DOCUMENT})
                return self.pages.answer(request, "document", document(reader, asked, request.path_params["doc_id"]), suffix)

        return self.safe(answer, suffix)

    def picture(self, request: Request) -> Response:
        """The picture of a page of an original; which file that is only the corpus says."""
        doc_id, page = request.path_params["doc_id"], request.path_params["page"]
        with self.site.reader() as reader:
            path = reader.corpus.original(doc_id) if any(one.doc_id == doc_id for one in reader.records()) else None
        picture = self.pictures.page(doc_id, path, page) if path and path.suffix.lower() in SHOWN else None
        if picture is None:
            raise InputError("no_picture", page=page)
        return Response(picture, media_type="image/png")

    def asked(self, request: Request, known: dict[str, Parameter]) -> Asked:
        """The values of a request, checked by name."""
        given = {name: request.query_params.getlist(name) for name in request.query_params}
        asked = Asked(language_of(request), self.site.taxonomy, given, known)
        asked.check()
        return asked

    def openapi(self, request: Request) -> Response:
        """What programs may ask for."""
        from policytext.web.openapi import description

        return as_json(description(VIEWS))

    def upload_form(self, request: Request) -> Response:
        """The page to send files from."""
        return self.pages.html(request, "upload.html", {"name": "upload", "most": self.gate.most >> 20})

    def upload(self, suffix: str) -> Callable[[Request], Any]:
        """The endpoint that takes files."""

        async def take(request: Request) -> Response:
            async with self._form(request) as form:
                sent = [one for one in form.getlist("files") if isinstance(one, UploadFile) and one.filename]
                files = [(one.filename or "", await one.read()) for one in sent]
            if not files:
                raise WrongUsage("no_upload_files")
            upload = await asyncio.to_thread(self.uploads.take, files, language_of(request))
            if suffix:
                return as_json(upload.row(language_of(request)), 202)
            return RedirectResponse(f"/upload/{upload.id}", 303)

        return self._safe_async(take, suffix)

    def uploaded(self, suffix: str) -> Callable[[Request], Any]:
        """The endpoint that tells how far an upload is."""

        def answer(request: Request) -> Response:
            upload = self.uploads.known.get(request.path_params["id"])
            if upload is None:
                raise InputError("no_upload")
            row = upload.row(language_of(request))
            return as_json(row) if suffix else self.pages.html(request, "uploaded.html", {"name": "upload", "upload": row})

        return self.safe(answer, suffix)

    def correction(self, suffix: str) -> Callable[[Request], Any]:
        """The endpoint that takes a correction."""

        async def take(request: Request) -> Response:
            async with self._form(request) as form:
                values = {name: [value for value in form.getlist(name) if isinstance(value, str)] for name in form}
            doc_id = request.path_params["doc_id"]

            def write() -> str:
                from policytext.web.corrections import correct

                with self.site.reader() as reader:
                    return correct(reader, doc_id, Asked(language_of(request), self.site.taxonomy, values))

            where = await asyncio.to_thread(write)
            answer = as_json({"doc_id": doc_id}, 201) if suffix else RedirectResponse(f"/documents/{doc_id}#{where}", 303)
            remember_name(answer, values["who"][-1].strip())
            return answer

        return self._safe_async(take, suffix)

    @asynccontextmanager
    async def _form(self, request: Request) -> AsyncIterator[FormData]:
        """The form of a request, which must carry the secret of ours."""
        if HEADER in request.headers:
            self.gate.check_secret(request.headers[HEADER])
        async with request.form(max_files=MOST_FILES, max_fields=MOST_FILES, max_part_size=MOST_FIELD) as form:
            if HEADER not in request.headers:
                self.gate.check_secret(form.get(FIELD))
            yield form

    def safe(self, work: Callable[[Request], Response], suffix: str = "") -> Callable[[Request], Any]:
        """``work`` in a thread of its own, with every error told in words."""

        async def aside(request: Request) -> Response:
            return await asyncio.to_thread(work, request)

        return self._safe_async(aside, suffix)

    def _safe_async(self, work: Callable[[Request], Any], suffix: str = "") -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            try:
                answer: Response = await work(request)
                return answer
            except Exception as error:
                return self._told(request, error, suffix)

        return endpoint

    def _told(self, request: Request, error: Exception, suffix: str) -> Response:
        if isinstance(error, HTTPException):
            error = WrongUsage("wrong_request", problem=error.detail)
        if not isinstance(error, PolicytextError):
            if os.environ.get("POLICYTEXT_DEBUG"):
                raise error
            error = PolicytextError("internal", problem=type(error).__name__)
        return self.pages.error(request, error, suffix)

    def missing(self, request: Request, error: Exception) -> Response:
        """The answer to a path or a method that nothing has."""
        suffix = request.url.path.rpartition(".")[2]
        status = error.status_code if isinstance(error, HTTPException) else 404
        return self.pages.error(request, Refused("no_page", status, path=request.url.path[:200]), suffix if suffix in SUFFIXES else "")


def create_app(where: Where, gate: Gate | None = None) -> Starlette:
    """The application over a corpus, which must be there."""
    gate = gate or Gate()
    site = Site(where)
    web = Web(site, gate, pages(site.taxonomy, gate.secret))

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        if web.sent is not None:
            web.sent.close()
        web.pictures.close()
        site.close()

    return Starlette(
        routes=list(_routes(web)),
        middleware=[Middleware(Guard, gate=gate, refuse=web.pages.error)],
        exception_handlers={404: web.missing, 405: web.missing},
        lifespan=lifespan,
    )


def _routes(web: Web) -> Iterator[BaseRoute]:
    yield Route("/", web.view(VIEWS[0], ""))
    for of in VIEWS:
        for suffix in ("", *SUFFIXES):
            yield Route(_with(of.path, suffix), web.view(of, suffix))
    yield Route("/documents/{doc_id}/pages/{page:int}.png", web.safe(web.picture))
    for suffix in (*SUFFIXES, ""):
        if suffix in ("", "json"):
            yield Route(_with("/documents/{doc_id}/corrections", suffix), web.correction(suffix), methods=["POST"])
            yield Route(_with("/upload", suffix), web.upload(suffix), methods=["POST"])
            yield Route(_with("/upload/{id}", suffix), web.uploaded(suffix))
        yield Route(_with("/documents/{doc_id}", suffix), web.document(suffix))
    yield Route("/upload", web.safe(web.upload_form))
    yield Route("/upload.json", lambda request: as_json({"csrf": web.gate.secret, "most_mb": web.gate.most >> 20}))
    yield Route("/openapi.json", web.safe(web.openapi, "json"))
    yield Mount("/static", StaticFiles(directory=HERE / "static"))


def _with(path: str, suffix: str) -> str:
    return f"{path}.{suffix}" if suffix else path
