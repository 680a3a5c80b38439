"""What operators can graph: deliveries, how late they were, presses, the age of the queue; no names, no ids."""

from datetime import timedelta
from functools import cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_REGISTRY = CollectorRegistry()
_DELIVERIES = Counter(
    "limber_deliveries", "Calls to Slack for messages, by kind and outcome", ["kind", "outcome"], registry=_REGISTRY
)
_LATENESS = Histogram(
    "limber_delivery_lateness_seconds",
    "How much later than it was due a message was sent",
    buckets=(0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600),
    registry=_REGISTRY,
)
_PRESSES = Counter("limber_presses", "Buttons, commands, modals and reactions of people", ["kind"], registry=_REGISTRY)
_QUEUE_AGE = Gauge(
    "limber_queue_age_seconds", "For how long the oldest message that is due has waited", registry=_REGISTRY
)


@cache  # looking a counter up by its labels takes longer than counting
def _deliveries(kind: str, outcome: str) -> Counter:
    return _DELIVERIES.labels(kind, outcome)


def count_delivery(kind: str, outcome: str, late: timedelta | None) -> None:
    """Count a call and, if its message was sent, how late."""
    _deliveries(kind, outcome).inc()
    if late is not None:
        _LATENESS.observe(max(late.total_seconds(), 0.0))


def count_press(kind: str) -> None:
    """Count something a person did."""
    _PRESSES.labels(kind).inc()


def exposition(queue_age: timedelta) -> bytes:
    """Write all metrics in Prometheus' text format."""
    _QUEUE_AGE.set(queue_age.total_seconds())
    return generate_latest(_REGISTRY)
