"""Merges the work in packets back into the project that they were made from.

Codings come back through their journals: each continues the journal that the project
has of it (see `store.merge`). Everything else in a packet is only compared with the
project, apart from the coder's remarks, of which the newest version counts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from pathlib import Path

from coder.changes.carried_coding import carry_coding, carry_remark
from coder.errors import CoderError
from coder.messages.catalogue import Message
from coder.model import Article, Correction, Remark, moment
from coder.service.delivery import packet_file
from coder.service.project.fitting import expect_none, text_problems, value_problems
from coder.service.project.opened import Project
from coder.size_limits import ReadingLimits
from coder.storage_limits import unstorable
from coder.store import convert, merge, schema_upgrade, schema_version
from coder.store.convert import Key, Row
from coder.store.data_problems import row_problem
from coder.store.dump import Dump
from coder.store.journal import Entry, to_entry
from coder.store.merge import Merged
from coder.store.queries import Queries
from coder.store.unit_of_work import SETUP
from coder.store.work import Work
from coder.text.text_change import TextChange


def merge_packet(
    project: Project, file: Path, passphrase: str | None = None
) -> list[Merged]:
    """Merge the packet's codings into the project, all or none; known entries change
    nothing.
    """
    return ReadingLimits(str(file), inf).run(lambda: _merge(project, file, passphrase))


def _merge(project: Project, file: Path, passphrase: str | None) -> list[Merged]:
    """Read and check a packet, then merge it in one transaction by the owner of the
    database, as it writes in the names of others.
    """
    with packet_file.opened(file, passphrase) as (head, contents):
        schema_upgrade.expect_known(contents.schema, str(file))
        packet = _read(head.coder, contents)
    project.expect_member(packet.coder)
    with project.store.begin(SETUP) as work:
        _expect_owner_of_database(work)
        _expect_from_here(packet, work.queries)
        merged = _merge_codings(project, work, packet)
        _merge_remarks(work, packet)
    return merged


# ---------------------------------------------------------------- reading
@dataclass(slots=True)
class _Packet:
    """The contents of a packet, as far as they are compared or merged."""

    coder: str
    where: str
    project: str = ""
    """The identity of the home project."""
    texts: dict[str, str] = field(default_factory=dict)
    """Article → sha256 of the newest version of its text."""
    codebooks: dict[str, str] = field(default_factory=dict)
    """Revision → digest."""
    journals: dict[str, list[Row]] = field(default_factory=dict)
    """Article → the entries about the coder's coding."""
    remarks: list[Remark] = field(default_factory=list)
    """Those by the coder about their own work."""
    removed_remarks: dict[Key, str] = field(default_factory=dict)
    """Key → when the coder removed it."""


_READ = ("meta", "article", "correction", "codebook", "remark", "journal")


def _read(coder: str, contents: Dump) -> _Packet:
    packet = _Packet(coder, contents.where)
    corrections: list[Correction] = []
    for table, row in contents.rows():
        if table not in _READ:
            continue
        if problem := row_problem(table, row) or unstorable([*row.values()]):
            raise _make_damage_error(contents, table, problem)
        if table == "meta" and row["key"] == schema_version.IDENTITY:
            packet.project = row["value"]
        elif table == "article":
            text = row["text"].encode("utf-8")
            packet.texts[row["id"]] = hashlib.sha256(text).hexdigest()
        elif table == "correction":
            corrections.append(convert.item(Correction, row))
        elif table == "codebook":
            packet.codebooks[row["ref"]] = row["digest"]
        elif table == "remark" and row["by"] == row["coder"] == coder:
            packet.remarks.append(_read_remark(row, contents))
        elif table == "journal":
            kind, _, about = row["subject"].partition(":")
            article, _, whose = about.rpartition("/")
            if whose == coder and kind == "coding":
                packet.journals.setdefault(article, []).append(row)
            elif whose == coder and kind == "remarks":
                _note_removed_remarks(packet, _read_entry(row, contents))
    for correction in sorted(corrections, key=lambda each: each.version):
        packet.texts[correction.article] = correction.text_sha256
    return packet


def _read_remark(row: Row, contents: Dump) -> Remark:
    if not row["id"]:
        raise _make_damage_error(
            contents, "remark", Message("store.no_name", table="remark")
        )
    if moment(row["at"]) is None:
        problem = Message("store.column_is", column="at", value=row["at"])
        raise _make_damage_error(contents, "remark", problem)
    return convert.item(Remark, row)


def _read_entry(row: Row, contents: Dump) -> Entry:
    try:
        return to_entry(row)
    except ValueError as error:
        raise _make_damage_error(contents, "journal", error.args[0]) from None


def _make_damage_error(
    contents: Dump, table: str, problem: Message | str
) -> CoderError:
    return contents.damaged(Message("store.dumped_row", table=table, what=problem))


def _note_removed_remarks(packet: _Packet, entry: Entry) -> None:
    """Note which of their remarks the coder removes in an entry, the next of its
    subject.
    """
    for change in entry.changes:
        if change.table != "remark" or change.key[0] != packet.coder:
            continue
        if change.after is None and entry.person == packet.coder:
            packet.removed_remarks[change.key] = entry.at
        else:
            packet.removed_remarks.pop(change.key, None)


# ---------------------------------------------------------------- checking
def _expect_owner_of_database(work: Work) -> None:
    """Raise CoderError for a login that may not write in the names of others."""
    if work.on_server and not work.is_owner:
        raise CoderError(
            "team.owner_merges",
            owner=work.queries.owner(),
            login=work.queries.login(),
        )


def _expect_from_here(packet: _Packet, home: Queries) -> None:
    """Raise CoderError unless the packet was cut from this project, and the coder saw
    its texts and codebooks.
    """
    where = packet.where
    if packet.project != home.fact(schema_version.IDENTITY):
        raise CoderError("team.other_project", where=where)
    for ref, digest in packet.codebooks.items():
        row = home.row("codebook", (ref,))
        if row is None or row["digest"] != digest:
            raise CoderError("team.other_codebook", where=where, codebook=ref)
    known = home.article_hashes()
    for article, digest in packet.texts.items():
        is_current = known.get(article, digest) == digest
        if not is_current and digest not in home.every_text(article):
            raise CoderError("team.text_altered", where=where, article=article)
    about = sorted({remark.article for remark in packet.remarks})
    for article in (*packet.journals, *about):
        if article not in known:
            raise CoderError("team.unknown_article", where=where, article=article)


def _expect_team(history: Sequence[Entry], team: Collection[str], where: str) -> None:
    """Raise CoderError if an entry's author is nobody in the team."""
    for entry in history:
        if entry.person not in team:
            raise CoderError(
                "team.entry_of_stranger",
                where=where,
                name=entry.person,
                entry=entry.version,
                coding=entry.subject.removeprefix("coding:"),
            )


def _expect_values(
    project: Project, home: Queries, history: Sequence[Entry], where: str
) -> None:
    """Raise CoderError if an entry writes a value that its codebook forbids."""
    known = home.every_codebook()
    for version, coding in merge.find_written_codings(history):
        place = f"{where}: entry {version} of the journal of {coding.id}"
        if coding.codebook not in known:
            raise CoderError(
                "team.other_codebook", where=place, codebook=coding.codebook
            )
        book = project.revision(home, coding.codebook)
        expect_none(value_problems(coding, book, place))


def _expect_sound(
    project: Project, home: Queries, merged: Merged, article: Article, where: str
) -> None:
    """Raise CoderError if a merged coding does not fit its text and a codebook in force.

    The transaction is then rolled back.
    """
    coding = home.coding(merged.article, merged.coder)
    if coding is None:
        return  # the coder had undone everything
    if coding.codebook not in home.codebook_refs():
        raise CoderError("team.other_codebook", where=where, codebook=coding.codebook)
    book = project.revision(home, coding.codebook)
    expect_none(text_problems(coding, article, book, f"{where}: {article.id}"))


# ---------------------------------------------------------------- merging
def _merge_codings(project: Project, work: Work, packet: _Packet) -> list[Merged]:
    home = work.queries
    team = {SETUP, *(person.name for person in home.people())}
    imported = home.import_times()
    done = []
    for article_id, rows in sorted(packet.journals.items()):
        texts = home.every_text(article_id)
        history = merge.read_history(article_id, texts, packet.coder, rows)
        _expect_team(history, team, packet.where)
        _expect_values(project, home, history, packet.where)
        since = imported.get(article_id, history[0].at)
        merged = merge.merge_history(work, article_id, packet.coder, history, since)
        article = home.articles_of([article_id])[article_id]
        _carry_over(work, merged, article, texts)
        _expect_sound(project, home, merged, article, packet.where)
        done.append(merged)
    return done


def _carry_over(
    work: Work, merged: Merged, article: Article, texts: Mapping[str, Article]
) -> None:
    """Carry a merged coding over to its article's text if that was corrected since the
    packet was made.

    texts: all texts that the article ever had, by their hash.
    """
    coding = work.queries.coding(merged.article, merged.coder)
    if coding is None or coding.text_sha256 == article.text_sha256:
        return
    change = TextChange(texts[coding.text_sha256].text, article.text)
    carried = carry_coding(coding, change, article).coding
    work.save_coding(coding, carried, "coding.carried")


def _on_current_text(packet: _Packet, home: Queries, remark: Remark) -> Remark:
    """Return a remark at the place of its words in the article's text of now.

    Raises CoderError if it ends behind the text that the packet has.
    """
    now = home.articles_of([remark.article])[remark.article]
    in_packet = packet.texts.get(remark.article, now.text_sha256)
    seen = home.every_text(remark.article)[in_packet]
    if not remark.start <= remark.end <= len(seen.text):
        raise CoderError("team.no_packet", where=packet.where)
    if in_packet == now.text_sha256:
        return remark
    return carry_remark(remark, TextChange(seen.text, now.text))


def _merge_remarks(work: Work, packet: _Packet) -> None:
    """Remove, add or update the coder's own remarks; everybody else's are in the
    project already.

    One that was removed in the project does not come again.
    """
    for key, removed_at in packet.removed_remarks.items():
        stored = _find_remark(work.queries, key)
        if stored is None or stored.by != packet.coder:
            continue
        if stored.at < removed_at:
            work.remark(stored, None, "remark.merged")
    for remark in packet.remarks:
        remark = _on_current_text(packet, work.queries, remark)
        key = (remark.coder, remark.article, remark.id)
        stored = _find_remark(work.queries, key)
        if stored is None:
            is_newer = not _was_removed(work.queries, remark)
        else:
            is_newer = stored.by == remark.by and stored.at < remark.at
        if is_newer:
            work.remark(stored, remark, "remark.merged")


def _find_remark(home: Queries, key: Key) -> Remark | None:
    row = home.row("remark", key)
    return None if row is None else convert.item(Remark, row)


def _was_removed(home: Queries, remark: Remark) -> bool:
    """Return whether the project had a remark that it no longer has."""
    subject = f"remarks:{remark.article}/{remark.coder}"
    return any(
        change.key[-1] == remark.id
        for entry in home.entries(subject=subject)
        for change in entry.changes
    )
