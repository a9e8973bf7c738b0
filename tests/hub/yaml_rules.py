"""The rules by which the Hub checks the YAML of a card, so far as they are documented."""

import re
from typing import Any

import yaml

#: Some licences by the names that the Hub has for them; it refuses any other name.
LICENSES = {
    *("apache-2.0", "mit", "bsd-3-clause", "cc0-1.0", "cc-by-4.0", "cc-by-sa-4.0", "cc-by-nc-4.0"),
    *("odc-by", "odbl", "gpl-3.0", "llama3.1", "llama3.3", "gemma", "unknown", "other"),
}
CREATORS = {
    *("found", "crowdsourced", "expert-generated", "machine-generated", "no-annotation", "other"),
}
_SIZE = re.compile(r"n<1K|n>1T|other|\d+[KMBT]<n<\d+[KMBT]")
_CONFIG = re.compile(r"[^<>:/\\|?*]+")


def faults_of_card(asked: dict[str, Any]) -> list[dict[str, str]]:
    """What the Hub says against a card; nothing where it accepts it."""
    found = re.match(r"\s*---\r?\n(.*?)\r?\n---", asked["content"], re.DOTALL)
    try:
        card = yaml.safe_load(found[1]) if found else {}
    except yaml.YAMLError as error:
        return [{"message": f"YAML: {error}"}]
    return [{"message": text} for text in _faults(card or {})]


def _faults(card: dict[str, Any]) -> list[str]:
    faults = []
    for key in ("license", "language", "size_categories", "annotations_creators"):
        allowed = _allowed(key)
        values = card.get(key, [])
        for value in values if isinstance(values, list) else [values]:
            if not allowed(value):
                faults.append(f'"{key}" holds {value!r}')
    configs = card.get("configs", [])
    names = [config.get("config_name") for config in configs]
    if len(set(names)) != len(names):
        faults.append('"configs" names one twice')
    if sum(bool(config.get("default")) for config in configs) > 1:
        faults.append('"configs" has two defaults')
    faults += [f'"config_name" {name!r}' for name in names if not _CONFIG.fullmatch(str(name))]
    return faults


def _allowed(key: str) -> Any:
    return {
        "license": LICENSES.__contains__,
        "language": lambda value: bool(re.fullmatch(r"[a-z]{2,3}(-[\w-]+)?|code", str(value))),
        "size_categories": lambda value: bool(_SIZE.fullmatch(str(value))),
        "annotations_creators": CREATORS.__contains__,
    }[key]
