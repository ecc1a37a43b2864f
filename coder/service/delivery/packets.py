"""Packets: files that take one coder's articles out for work without a connection, and
bring the work back.

A packet is a project of its own with the identity of its home project. It holds a
coder's articles, candidates and assignments, the codebook, supervisors' rulings on
terms, and the coder's codings with their exact journal. Merging continues each coding's
journal at home; see `store.merge`.

The file is a zip with one member, either just compressed or sealed: encrypted by
AES-256-GCM (NIST SP 800-38D) with a key derived from a passphrase by scrypt (RFC 7914).
The member's first line holds salt and nonce and is authenticated too. The format's name
determines the cost parameters.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import secrets
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from io import BufferedReader
from math import inf
from pathlib import Path
from typing import IO, Any, TypeAlias

from coder.codebook.schema import Codebook
from coder.errors import CoderError
from coder.foreign import expect_file, first_line, from_json
from coder.messages.catalogue import Message
from coder.model import RULES, Article, Coding, Remark, moment
from coder.service.delivery import project_copy
from coder.service.project.config import FILE, Config, Language
from coder.service.project.fitting import expect_none, text_problems, value_problems
from coder.service.project.opened import Project
from coder.service.project.output_paths import refuse_own
from coder.service.project.person_names import name_problem
from coder.size_limits import ReadingLimits, counted
from coder.storage_limits import unstorable
from coder.store import convert, dump, merge, schema_version
from coder.store.data_problems import row_problem
from coder.store.dump import Dump
from coder.store.journal import Entry, to_entry
from coder.store.merge import Merged
from coder.store.queries import Queries
from coder.store.unit_of_work import SETUP, Store
from coder.store.whole_file import PRIVATE, new_file
from coder.store.work import Work

KIND = "packet"
PLAIN = "packet.jsonl"
SEALED = "packet.sealed"
FORMAT = "coder-sealed/1"
# Parameters of scrypt: 128 MiB, and most of a second (OWASP Password Storage Cheat
# Sheet).
COST = {"n": 2**17, "r": 8, "p": 1}
MOST_BYTES = 256 * 2**20
"""Of an unpacked packet: enough for some thousand articles."""
MOST_SEALED = 64 * 2**20
"""Of a packet that is sealed, in which the contents are compressed."""
# LookupError: the member, or a key in its first line, is missing.
_DAMAGE = (
    zipfile.BadZipFile,
    gzip.BadGzipFile,
    zlib.error,
    EOFError,
    LookupError,
    TypeError,
    ValueError,
)
Change: TypeAlias = Callable[[Work], None]


def make(project: Project, name: str, out: Path, passphrase: str | None = None) -> int:
    """Write a packet with all of `name`'s work to a new file; return the number of
    articles.
    """
    project.person(name, "coder")
    refuse_own(out, project.config.folder)
    data, articles = cut(project, name)
    write_file(out, data, passphrase, project.config.file_mode)
    return articles


def cut(
    project: Project, name: str, changes: Iterable[Change] = ()
) -> tuple[bytes, int]:
    """Return a packet with all of `name`'s work plus unsaved `changes`, and the number
    of articles.
    """
    person = project.anybody(name)
    with (
        project.store.read() as home,
        _part(project, home.fact(schema_version.IDENTITY)) as part,
    ):
        with part.begin(SETUP) as work:
            work.add_person(person.name, person.role)
            articles = _fill(work, home, name)
        for change in changes:
            with part.begin(name) as work:
                change(work)
        config = project.config
        files = project_copy.carried(config) if (config.folder / FILE).is_file() else {}
        return _written(project, part, name, files), articles


def coding_packet(
    project: Project, coding: Coding, article: Article, identity: str
) -> bytes:
    """Return a packet with one coding from memory, for when the database cannot be
    read.
    """
    book = project.known(coding.codebook)
    with _part(project, identity) as part:
        with part.begin(coding.coder) as work:
            work.add_person(coding.coder, "coder")
            work.add_codebook(book.ref, book.digest, book.to_json())
            work.add_articles([article])
            work.save_coding(None, coding, "coding.rescued")
        return _written(project, part, coding.coder, {})


def _part(project: Project, identity: str) -> closing[Store]:
    """Create an empty store in memory with the identity of the home project."""
    return closing(Store.create("sqlite://", project.store.clock, identity))


def _written(
    project: Project, part: Store, name: str, files: Mapping[str, str]
) -> bytes:
    config = project.config
    texts = {file: text for file, text in files.items() if file != FILE}
    head = {
        "kind": KIND,
        "for": name,
        "project": config.name,
        "language": config.language,
    }
    data = io.BytesIO()
    with part.read() as queries:
        carried = {"thresholds": dict(project.thresholds), "files": texts}
        dump.write(queries.connection, data, {**head, **carried})
    return data.getvalue()


def open_packet(file: Path, folder: Path, passphrase: str | None = None) -> Project:
    """Unpack the packet into a project in a new or empty folder."""
    return ReadingLimits(str(file), inf).run(lambda: _open(file, folder, passphrase))


def _open(file: Path, folder: Path, passphrase: str | None) -> Project:
    with _opened(file, passphrase) as packet:
        head = packet.head
        language: Language = "en" if head.get("language") == "en" else "ar"
        least = head.get("thresholds", {})
        if not isinstance(least, dict) or not all(
            kind.isidentifier() and type(score) is float
            for kind, score in least.items()
        ):
            raise packet.damaged(Message("team.bad_thresholds"))
        if problem := name_problem(str(head.get("for"))):
            raise CoderError("project.name_holds", problem=problem, where=str(file))
        config = Config(
            folder.resolve(),
            str(head.get("project")),
            language=language,
            thresholds=least,
        )
        return project_copy.placed(packet, config, head.get("files"))


def merge_file(
    project: Project, file: Path, passphrase: str | None = None
) -> list[Merged]:
    """Merge the packet's codings into the project, all or none; known entries change
    nothing.
    """
    return ReadingLimits(str(file), inf).run(lambda: _merge(project, file, passphrase))


def _merge(project: Project, file: Path, passphrase: str | None) -> list[Merged]:
    with _opened(file, passphrase) as contents:
        packet = _read(contents)
    with project.store.begin(SETUP) as work:
        _expect_owner(work)
        _check_home(packet, work.queries, str(file))
        came = work.queries.import_times()
        merged = []
        for article in sorted(packet.journals):
            history = _checked(project, work.queries, packet, article, str(file))
            since = came.get(article, history[0].at)
            merged.append(merge.merge(work, article, packet.coder, history, since))
            _check_result(merged[-1], work.queries, str(file))
        _merge_remarks(work, packet, str(file))
    return merged


def _expect_owner(work: Work) -> None:
    """Raise CoderError for a login that may not write in the names of others."""
    if work.on_server and not work.is_owner:
        raise CoderError(
            "team.owner_merges",
            owner=work.queries.owner(),
            login=work.queries.login(),
        )


def _merge_remarks(work: Work, packet: _Packet, where: str) -> None:
    """Add, update or remove the coder's own remarks; everybody else's are in the
    project already.

    One that was removed in the project does not come again.
    """
    for (coder, about, remark_id), at in packet.removed.items():
        stored = work.queries.remarks(about, coder)
        known = next((each for each in stored if each.id == remark_id), None)
        if known is not None and known.by == coder == packet.coder and known.at < at:
            work.remark(known, None, "remark.merged")
    for remark in packet.remarks:
        article = work.queries.article(remark.article)
        in_text = article is not None and remark.start <= remark.end <= len(
            article.text
        )
        if not in_text:
            raise CoderError(
                "team.unknown_article", where=where, article=remark.article
            )
        stored = work.queries.remarks(remark.article, packet.coder)
        known = next((each for each in stored if each.id == remark.id), None)
        if known is None:
            entries = work.queries.entries(
                subject=f"remarks:{remark.article}/{packet.coder}"
            )
            is_newer = not any(
                change.key[-1] == remark.id for e in entries for change in e.changes
            )
        else:
            is_newer = known.by == remark.by and known.at < remark.at
        if is_newer:
            work.remark(known, remark, "remark.merged")


def _checked(
    project: Project, home: Queries, packet: _Packet, article_id: str, where: str
) -> list[Entry]:
    """Return a coding's history from a packet, having checked every entry's author,
    codebook and values.
    """
    article = home.article(article_id)
    assert article is not None  # `_check_home` has checked the packet's articles
    history = merge.checked(article, packet.coder, packet.journals[article_id])
    known = home.every_codebook()
    team = {SETUP, *(person.name for person in home.people())}
    if stranger := next((entry for entry in history if entry.person not in team), None):
        at = {"entry": stranger.version, "coding": f"{article_id}/{packet.coder}"}
        raise CoderError(
            "team.entry_of_stranger", where=where, name=stranger.person, **at
        )
    for version, written in merge.written(history):
        place = f"{where}: entry {version} of the journal of {written.id}"
        if written.codebook not in known:
            raise CoderError(
                "team.foreign_codebook", where=place, codebook=written.codebook
            )
        expect_none(
            value_problems(written, project.revision(home, written.codebook), place)
        )
    return history


def _fill(work: Work, home: Queries, name: str) -> int:
    """Copy the person's work into the packet's store; return the number of articles."""
    for row in filter(
        None, (home.row("codebook", (ref,)) for ref in home.codebook_refs())
    ):
        work.add_codebook(row["ref"], row["digest"], row["body"])
    assigned = home.assignments(name)
    ids = sorted(
        {a.article for a in assigned}
        | {h.article for h in home.coding_heads() if h.coder == name}
    )
    if not ids:
        raise CoderError("team.nothing_assigned", name=name)
    work.add_articles(list(filter(None, map(home.article, ids))))
    work.assign([(a.article, a.coder, a.stage, a.position) for a in assigned])
    work.make_blind(sorted(pair for pair in home.blind() if pair[1] == name))
    for ruling in home.rulings():
        work.rule([], [ruling], "term.taught")
    suggested = home.suggested()
    for article in ids:
        if article in suggested:
            work.replace_candidates(article, home.candidates(article), RULES)
        subject = f"coding:{article}/{name}"
        for entry in home.entries(subject=subject):
            if entry.digest != entry.digest_after(
                work.queries.last_version(subject)[1]
            ):
                raise CoderError("team.unsound_journal", subject=subject)
            work.take(entry)
        for entry in home.entries(subject=f"remarks:{article}/{name}"):
            work.take(entry)
    return len(ids)


@contextmanager
def _opened(file: Path, passphrase: str | None) -> Iterator[Dump]:
    with unpacked(file, passphrase) as stream:
        contents = Dump(stream, str(file))
        if contents.head.get("kind") != KIND or not isinstance(
            contents.head.get("for"), str
        ):
            raise contents.damaged(Message("team.bad_head"))
        if contents.schema > (known := schema_version.HEAD):
            raise CoderError(
                "team.unknown_schema",
                where=str(file),
                found=contents.schema,
                known=known,
            )
        yield contents


@dataclass(slots=True)
class _Packet:
    """The contents to merge: articles as id → sha256, codebooks as ref → digest,
    journals by article.
    """

    coder: str
    identity: str = ""
    articles: dict[str, str] = field(default_factory=dict)
    codebooks: dict[str, str] = field(default_factory=dict)
    journals: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)  # by the coder
    removed: dict[convert.Key, str] = field(
        default_factory=dict
    )  # remark → when the coder removed it


def _read(contents: Dump) -> _Packet:
    packet = _Packet(contents.head["for"])
    about_remarks = list[Entry]()
    try:
        for table, row in (
            (table, row) for table, rows in contents.batches() for row in rows
        ):
            if table == "meta" and row["key"] == schema_version.IDENTITY:
                packet.identity = row["value"]
            elif table == "article":
                packet.articles[row["id"]] = hashlib.sha256(
                    row["text"].encode("utf-8")
                ).hexdigest()
            elif table == "codebook":
                packet.codebooks[row["ref"]] = row["digest"]
            elif table == "remark" and row["by"] == row["coder"] == packet.coder:
                if problem := _remark_problem(row):
                    what = Message("store.dumped_row", table=table, what=problem)
                    raise contents.damaged(what)
                packet.remarks.append(convert.item(Remark, row))
            elif table == "journal" and row["subject"].startswith("coding:"):
                article, _, coder = (
                    row["subject"].removeprefix("coding:").rpartition("/")
                )
                if coder == packet.coder:
                    packet.journals.setdefault(article, []).append(row)
            elif table == "journal" and row["subject"].startswith("remarks:"):
                about_remarks.append(to_entry({**row, "position": 0}))
        for entries in packet.journals.values():
            entries.sort(key=lambda row: int(row["version"]))
        for entry in sorted(about_remarks, key=lambda entry: entry.version):
            for change in entry.changes:
                packet.removed.pop(change.key, None)
                if (
                    change.after is None
                    and entry.person == packet.coder
                    and moment(entry.at)
                ):
                    packet.removed[change.key] = entry.at
    except (LookupError, TypeError, ValueError, AttributeError):
        raise contents.damaged(Message("team.bad_rows")) from None
    return packet


def _remark_problem(row: Mapping[str, Any]) -> Message | None:
    """Return why a remark's row is not one that this program wrote, None if it may be."""
    if problem := row_problem("remark", row) or unstorable([*row.values()]):
        return problem
    if not row["id"]:
        return Message("store.no_name", table="remark")
    if moment(row["at"]) is None:
        return Message("store.column_is", column="at", value=row["at"])
    return None


def _check_home(packet: _Packet, home: Queries, where: str) -> None:
    """Raise CoderError unless the packet was cut from this project and has its texts
    and codebooks.
    """
    if packet.identity != home.fact(schema_version.IDENTITY):
        raise CoderError("team.other_project", where=where)
    if packet.coder not in {p.name for p in home.people()}:
        if problem := name_problem(packet.coder):
            raise CoderError("project.name_holds", problem=problem, where=where)
        raise CoderError("team.unknown_coder", where=where, name=packet.coder)
    for ref, digest in packet.codebooks.items():
        row = home.row("codebook", (ref,))
        if row is None or row["digest"] != digest:
            raise CoderError("team.other_codebook", where=where, codebook=ref)
    known = home.article_hashes()
    for article, digest in packet.articles.items():
        if known.get(article, digest) != digest:
            raise CoderError("team.text_altered", where=where, article=article)
    for article in packet.journals:
        if article not in packet.articles or article not in known:
            raise CoderError("team.unknown_article", where=where, article=article)


def _check_result(merged: Merged, home: Queries, where: str) -> None:
    """Raise CoderError, which rolls everything back, unless the merged coding is sound."""
    coding = home.coding(merged.article, merged.coder)
    article = home.article(merged.article)
    if coding is None or article is None:
        return  # the coder had undone everything
    body = home.codebook(coding.codebook)
    fits = (
        coding.text_sha256 == article.text_sha256
        and coding.codebook in home.codebook_refs()
    )
    if body is None or not fits:
        raise CoderError(
            "team.other_text_or_codebook", where=where, article=merged.article
        )
    expect_none(
        text_problems(
            coding, article, Codebook.from_json(body), f"{where}: {merged.article}"
        )
    )


# ---------------------------------------------------------------- the file
def write_file(
    path: Path, data: bytes, passphrase: str | None, mode: int = PRIVATE
) -> None:
    """Write a packet to the new file `path`, sealed if there is a passphrase; mode: of
    the file.
    """
    with (
        new_file(path, mode=mode) as draft,
        zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        if passphrase is None:
            archive.writestr(PLAIN, data)
        else:
            salt = secrets.token_bytes(16)
            nonce = secrets.token_bytes(12)
            head = (
                json.dumps(
                    {"format": FORMAT, "salt": salt.hex(), "nonce": nonce.hex()}
                ).encode()
                + b"\n"
            )
            sealed = _cipher(passphrase, salt).encrypt(nonce, gzip.compress(data), head)
            archive.writestr(SEALED, head + sealed, zipfile.ZIP_STORED)


@contextmanager
def unpacked(path: Path, passphrase: str | None) -> Iterator[BufferedReader]:
    """Yield the contents of a packet file; they are unpacked while they are read.

    Raises CoderError if it is none, is damaged or too large, or does not fit the
    passphrase.
    """
    expect_file(path)
    left = MOST_BYTES

    def count(size: int) -> None:
        nonlocal left
        left -= size
        if left < 0:
            raise CoderError("team.too_large", where=str(path), most=MOST_BYTES)

    with ExitStack() as stack:
        try:
            stream = _contents(path, passphrase, stack)
        except (
            *_DAMAGE,
            RuntimeError,
        ):  # RuntimeError: zipfile's for encryption and unknown compression
            raise CoderError("team.no_packet", where=str(path)) from None
        except OSError as error:
            raise CoderError(
                "team.not_read", where=str(path), error=error.strerror
            ) from None
        damaged = CoderError("team.no_packet", where=str(path))
        yield counted(stream, count, damaged)


def _contents(
    path: Path, passphrase: str | None, stack: ExitStack
) -> IO[bytes] | gzip.GzipFile:
    """Return the contents of a packet file, which are unpacked on reading; opened files
    go to the stack.
    """
    archive = stack.enter_context(zipfile.ZipFile(path))
    is_sealed = archive.namelist() == [SEALED]
    head = archive.getinfo(SEALED if is_sealed else PLAIN)
    if head.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise zipfile.BadZipFile
    member = stack.enter_context(archive.open(head))
    if is_sealed:
        sealed = member.read(MOST_SEALED + 1)
        if len(sealed) > MOST_SEALED:
            raise CoderError("team.too_large", where=str(path), most=MOST_SEALED)
        packed = io.BytesIO(_unseal(sealed, passphrase, path))
        return gzip.GzipFile(fileobj=packed)
    if passphrase is not None:
        raise CoderError("team.not_sealed", where=str(path))
    return member


def passphrase_in(file: Path) -> str:
    """Return a file's first line, NFC-normalised so that typing does not matter;
    CoderError if empty.
    """
    # All that Unicode calls line ends, as packets were always sealed.
    lines = first_line(file, "team.passphrase_unread").splitlines()
    if not lines or not lines[0].strip():
        raise CoderError("team.passphrase_empty", where=str(file))
    return unicodedata.normalize("NFC", lines[0])


def _unseal(sealed: bytes, passphrase: str | None, path: Path) -> bytes:
    if passphrase is None:
        raise CoderError("team.sealed", where=str(path))
    first, newline, body = sealed.partition(b"\n")
    head = from_json(first)
    if head["format"] != FORMAT:
        raise CoderError(
            "team.sealed_otherwise", where=str(path), found=head["format"], known=FORMAT
        )
    cipher = _cipher(passphrase, bytes.fromhex(head["salt"]))
    from cryptography.exceptions import InvalidTag

    try:
        opened: bytes = cipher.decrypt(
            bytes.fromhex(head["nonce"]), body, first + newline
        )
    except InvalidTag:
        raise CoderError("team.not_opened", where=str(path)) from None
    return opened


def _cipher(passphrase: str, salt: bytes) -> Any:
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
        from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
    except ModuleNotFoundError:
        raise CoderError("team.needs_cryptography") from None
    return AESGCM(
        Scrypt(salt=salt, length=32, **COST).derive(passphrase.encode("utf-8"))
    )
