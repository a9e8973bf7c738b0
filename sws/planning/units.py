"""Durations in units that people read."""


def duration(hours: float) -> str:
    """Hours as seconds, minutes or hours, with two or three digits; "-" for nothing."""
    seconds = hours * 3600
    if seconds <= 0:
        return "-"
    if seconds < 0.05:
        return "<0.1 s"
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    if seconds < 99.5:
        return f"{seconds:.0f} s"
    if seconds < 99.5 * 60:
        return f"{seconds / 60:.0f} min" if seconds >= 595 else f"{seconds / 60:.1f} min"
    return f"{hours:,.1f} h" if hours < 99.5 else f"{hours:,.0f} h"
