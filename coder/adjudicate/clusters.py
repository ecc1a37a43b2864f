"""Clusters of an article, as coders add and delete events."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set

from msgspec.structs import replace

from coder.model import POLICIES, Cluster, Coding


def update_clusters(
    stored: Sequence[Cluster],
    codings: Sequence[Coding],
    align: Callable[[], Sequence[Cluster]],
) -> list[Cluster]:
    """Return the stored clusters, updated to the events that exist now.

    A new event joins a cluster that `align` puts it into, if its coder is not in it and
    no supervisor rejected it; a policy's rejection is lifted. Otherwise it gets a
    cluster of its own. Deleted events are removed; events of coders who are not
    compared at present stay, and so do clusters that a supervisor added.
    """
    event_ids = {c.coder: {event.id for event in c.events} for c in codings}
    clusters = [_without_deleted_events(cluster, event_ids) for cluster in stored]
    known = {member for cluster in clusters for member in cluster.members}
    events = [(coding.coder, event.id) for coding in codings for event in coding.events]
    if not known.issuperset(events):
        for aligned in align():
            new = _join_clusters(clusters, aligned, known)
            if new:
                cluster_id = next_cluster_id(clusters)
                clusters.append(Cluster(cluster_id, aligned.article, tuple(new)))
    return [c for c in clusters if c.members or c.gold or c in stored]


def next_cluster_id(clusters: Iterable[Cluster]) -> str:
    """Return an id for one more cluster: `c` and a number above those in use."""
    numbers = (int(cluster.id.removeprefix("c")) for cluster in clusters)
    return f"c{1 + max(numbers, default=0)}"


def _without_deleted_events(
    cluster: Cluster, event_ids: Mapping[str, Set[str]]
) -> Cluster:
    members = []
    for coder, event_id in cluster.members:
        if coder not in event_ids or event_id in event_ids[coder]:
            members.append((coder, event_id))
    return replace(cluster, members=tuple(members))


def _join_clusters(
    clusters: list[Cluster], aligned: Cluster, known: Set[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Let new events join the clusters of the events that they are aligned with; return
    those left over.
    """
    new = [member for member in aligned.members if member not in known]
    known_members = set(aligned.members) - set(new)
    for index, cluster in enumerate(clusters):
        coders = dict(cluster.members)
        joining = [member for member in new if member[0] not in coders]
        is_open = cluster.rejected in ("", *POLICIES)
        if joining and is_open and known_members & set(cluster.members):
            members = tuple(sorted((*cluster.members, *joining)))
            clusters[index] = replace(cluster, members=members, rejected="")
            new = [member for member in new if member not in joining]
    return new
