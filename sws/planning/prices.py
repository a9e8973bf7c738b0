"""What a role's answer costs by the plan, to ask the cheapest judge first."""

from pathlib import Path

from sws.config.roles import Role
from sws.config.schema import Config
from sws.planning.calibration import SAMPLING, TOKENS
from sws.planning.models import UNKNOWN, billions, student_billions


def cheapest_first(config: Config) -> list[str]:
    """The judges by the price of a rating; of equal prices, the one configured first."""
    judges = config.roles.judges
    return sorted(judges, key=lambda name: price(config, judges[name], "judge"))


def price(config: Config, role: Role, kind: str) -> float:
    """A100-seconds of one answer; nothing of the embedded textbook."""
    if role.engine == "textbook":
        return 0.0
    return SAMPLING * min(TOKENS[kind], role.max_tokens) / 1000 * _size(config, role)


def _size(config: Config, role: Role) -> float:
    if role.model == "student":
        return student_billions(config, Path("data/base")) or UNKNOWN
    return billions(role.model) or UNKNOWN
