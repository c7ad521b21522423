"""The description of the JSON pages for programs, as OpenAPI 3.1."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from policytext import __version__
from policytext.messages import say
from policytext.web.asked import Parameter
from policytext.web.corrections import FORM
from policytext.web.document import DOCUMENT
from policytext.web.security import FIELD, HEADER
from policytext.web.views import View

ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "reason", "hint"],
            "properties": {name: {"type": "string"} for name in ("code", "reason", "hint")},
        }
    },
}
ROWS = {"type": "object", "required": ["rows"], "properties": {"rows": {"type": "array", "items": {"type": "object"}}}}
DOC_ID = {"name": "doc_id", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[0-9a-f]{12}$"}}


def description(views: Iterable[View]) -> dict[str, Any]:
    """All paths that answer in JSON, with what they take."""
    paths: dict[str, Any] = {f"{of.path}.json": {"get": _get(of.name, of.known.values())} for of in views}
    paths["/documents/{doc_id}.json"] = {"get": _get("document", DOCUMENT, [DOC_ID])}
    paths["/documents/{doc_id}/corrections.json"] = {"post": _post("correct", _form(FORM.values()), "201", [DOC_ID])}
    some = {"type": "array", "items": {"type": "string", "format": "binary"}}
    files = {"type": "object", "required": ["files"], "properties": {"files": some}}
    paths["/upload.json"] = {"get": _get("ready"), "post": _post("send", files, "202")}
    upload = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    paths["/upload/{id}.json"] = {"get": _get("uploaded", (), [upload])}
    info = {"title": "policytext", "version": __version__, "description": say("web.api.about", "en", field=FIELD, header=HEADER)}
    return {"openapi": "3.1.0", "info": info, "paths": paths}


def _get(name: str, parameters: Iterable[Parameter] = (), more: Iterable[dict[str, Any]] = ()) -> dict[str, Any]:
    said = [*more, *({"name": one.name, "in": "query", "schema": _schema(one), **_explode(one)} for one in parameters)]
    return {"operationId": name, "summary": say(f"web.api.{name}", "en"), "parameters": said, "responses": _responses("200", ROWS)}


def _post(name: str, schema: dict[str, Any], status: str, more: Iterable[dict[str, Any]] = ()) -> dict[str, Any]:
    secret = {"name": HEADER, "in": "header", "required": True, "schema": {"type": "string"}}
    body = {"required": True, "content": {"multipart/form-data": {"schema": schema}}}
    return {
        "operationId": name,
        "summary": say(f"web.api.{name}", "en"),
        "parameters": [*more, secret],
        "requestBody": body,
        "responses": _responses(status, {"type": "object"}),
    }


def _form(parameters: Iterable[Parameter]) -> dict[str, Any]:
    return {"type": "object", "required": ["field", "who"], "properties": {one.name: _schema(one) for one in parameters}}


def _schema(of: Parameter) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": of.kind}
    schema |= {"enum": list(of.choices)} if of.choices else {}
    schema |= {"default": of.default} if of.default is not None else {}
    schema |= {"minimum": of.least} if of.least is not None else {}
    schema |= {"maximum": of.most} if of.most is not None else {}
    return {"type": "array", "items": schema} if of.many else schema


def _explode(of: Parameter) -> dict[str, Any]:
    return {"style": "form", "explode": True} if of.many else {}


def _responses(status: str, schema: dict[str, Any]) -> dict[str, Any]:
    def content(of: dict[str, Any]) -> dict[str, Any]:
        return {"application/json": {"schema": of}}

    return {status: {"description": "OK", "content": content(schema)}, "default": {"description": "error", "content": content(ERROR)}}
