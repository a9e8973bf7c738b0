"""Croissant metadata (mlcommons.org/croissant/1.0): the same configurations for other readers."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from sws.publishing.card import abstract
from sws.publishing.facts import Facts
from sws.publishing.metadata import Written, title

_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
#: A Git repository has no single hash; this is what the Croissant working group writes instead.
_NO_HASH = "https://github.com/mlcommons/croissant/issues/80"
_CITATION = (
    "Liang et al., SwS: Self-aware Weakness-driven Problem Synthesis in Reinforcement Learning "
    "for LLM Reasoning, arXiv:2506.08989, 2025"
)


def croissant(facts: Facts, written: Written, repo: str, tag: str, address: str) -> dict[str, Any]:
    """The metadata of a published round as JSON-LD; `address` is the Hub's."""
    url = f"{address}/datasets/{repo}"
    settings = facts.config.publishing
    repository = {
        "@type": "cr:FileObject",
        "@id": "repo",
        "name": "repo",
        "description": "The repository on the Hub.",
        "contentUrl": f"{url}/tree/{tag}",
        "encodingFormat": "git+https",
        "sha256": _NO_HASH,
    }
    license = {"license": settings.license} if settings.license else {}
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": title(facts, repo),
        "description": abstract(facts),
        "url": url,
        "version": f"{facts.number}.0.0",
        "inLanguage": list(settings.language),
        "keywords": ["synthetic", "weakness-driven problem synthesis", *settings.tags],
        "creator": {"@type": "sc:Organization", "name": repo.partition("/")[0]},
        "citeAs": settings.citation or _CITATION,
        **license,
        "distribution": [repository, *(_file_set(table.name) for table, _ in written)],
        "recordSet": [
            {
                "@type": "cr:RecordSet",
                "@id": table.name,
                "name": table.name,
                "description": table.about,
                "field": [_field(table.name, field) for field in table.schema],
            }
            for table, _ in written
        ],
    }


def _file_set(name: str) -> dict[str, Any]:
    return {
        "@type": "cr:FileSet",
        "@id": f"files-{name}",
        "name": f"files-{name}",
        "description": f"The Parquet files of the configuration {name}.",
        "containedIn": {"@id": "repo"},
        "encodingFormat": "application/x-parquet",
        "includes": f"data/{name}/*.parquet",
    }


def _field(table: str, field: pa.Field) -> dict[str, Any]:
    """A column; of a list of structs, its parts are sub-fields."""
    kind, path = field.type, f"{table}/{field.name}"
    found: dict[str, Any] = {"@type": "cr:Field", "@id": path, "name": path}
    extract: dict[str, Any] = {"column": field.name}
    source = {"fileSet": {"@id": f"files-{table}"}, "extract": extract}
    if pa.types.is_list(kind):
        found["repeated"] = True
        kind = kind.value_type
    if pa.types.is_struct(kind):
        return {**found, "subField": list(_parts(path, field.name, table, list(kind)))}
    return {**found, "dataType": _type(kind), "source": source}


def _parts(path: str, column: str, table: str, fields: Sequence[pa.Field]) -> Any:
    for field in fields:
        extract = {"column": column}
        yield {
            "@type": "cr:Field",
            "@id": f"{path}/{field.name}",
            "name": f"{path}/{field.name}",
            "dataType": _type(field.type),
            "source": {
                "fileSet": {"@id": f"files-{table}"},
                "extract": extract,
                "transform": {"jsonPath": field.name},
            },
        }


def _type(kind: pa.DataType) -> str:
    if pa.types.is_boolean(kind):
        return "sc:Boolean"
    if pa.types.is_integer(kind):
        return "cr:Int64" if kind == pa.int64() else "cr:Int32"
    return "cr:Float64" if pa.types.is_floating(kind) else "sc:Text"
