"""What must be said is said in every form: on the terminal, as Markdown, LaTeX, CSV,
JSON and as a page.
"""

from __future__ import annotations

import io
import json
import re
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path

import pytest
from msgspec.structs import replace

from coder.agreement.bootstrap import Plan
from coder.agreement.field_agreement import NO_RANK
from coder.agreement.result import NO_SPREAD
from coder.agreement.study import Basis, Study
from coder.cli.agree import print_report
from coder.cli.output import Output
from coder.codebook.schema import Codebook
from coder.model import GOLD, Answer, Blank, Coding
from coder.report.beside import Beside
from coder.report.contents import Report, report_of
from coder.report.page_sections import page
from coder.report.written import FORMS
from coder.service.project.opened import open_project
from coder.service.upkeep.codebook_upgrade import read_new, upgrade
from coder.store.tables import CODING_TABLES
from tests.agreement.study_by_hand import CODEBOOK, CODINGS, coding, event, span
from tests.support.revised import revised

Forms = dict[str, str]


def forms_of(
    codings: Sequence[Coding], codebook: Codebook, basis: Basis | None = None
) -> Forms:
    study = Study.of(codings, codebook, plan=Plan(B=100))
    if basis is not None:
        study.basis = basis
    report = report_of(study)
    print_report(report, Output(as_json=False, out=(terminal := io.StringIO())))
    return {
        "terminal": " ".join(terminal.getvalue().split()),
        **{name: write(report) for name, write in FORMS.items() if name != "bibtex"},
        "json": json.dumps(report.document(), ensure_ascii=False),
        "page": page(report, "ar"),
    }


def expect(forms: Forms, words: str, arabic: str) -> None:
    plain = {name: re.sub(r"\\", "", text) for name, text in forms.items()}
    assert [name for name, text in plain.items() if words not in text] == []
    assert arabic in forms["page"]


def test_one_article(sample_codings: list[Coding], codebook: Codebook) -> None:
    one = [c for c in sample_codings if c.article == sample_codings[0].article]
    expect(
        forms_of(one, codebook),
        "Only one article was coded by two coders",
        "مقالاً واحداً فقط",
    )


def test_few_articles_by_more_than_two_coders(
    sample_codings: list[Coding], codebook: Codebook
) -> None:
    third = [replace(c, coder="dana") for c in sample_codings if c.coder == "amal"]
    forms = forms_of([*sample_codings, *third], codebook)
    expect(
        forms,
        "5 articles were coded by two or more coders: with fewer than 20",
        "مرمّزان أو أكثر",
    )


def test_f1_of_several_pairs_stands_beside_the_pooled_figure() -> None:
    # Derived in tests/agreement/test_mean_over_pairs.py.
    pair = [
        coding(
            "t3", who, (span("s1", "trigger", 0, 10),), (event("e1", "threat", "s1"),)
        )
        for who in ("dana", "dina")
    ]
    forms = forms_of([*CODINGS, *pair], CODEBOOK)
    csv, document = forms.pop("csv"), forms.pop("json")
    assert ",0.833333,0.75,2,2,8," in csv and "exact_f1_pooled" in csv
    assert '"pooled": 0.75, "pairs": 2, "smallest_pair": 2' in document
    expect(
        forms,
        "F1 of events, mean of 2 pairs of coders",
        "F1 للأحداث، متوسط زوجين من المرمّزين",
    )
    expect(forms, "0.833 (pooled 0.750)", "0.833 (مجمّعاً 0.750)")
    expect(forms, "0.625 (pooled 0.400)", "0.625 (مجمّعاً 0.400)")
    expect(
        forms,
        "F1 0.625 (pooled 0.400): the mean of 2 pairs of coders",
        "(عدد أصغرها: 2 من 10)",
    )
    del forms["terminal"]  # which has no methods
    expect(forms, "stands F1 pooled over all their marks", "مجمّعاً على كل ما علّموه")
    assert not [
        name for name, form in forms_of(CODINGS, CODEBOOK).items() if "pooled" in form
    ]


def test_strict_alpha_of_ranks_is_undefined_for_a_reason_and_counts_nothing() -> None:
    forms = forms_of(CODINGS, CODEBOOK)
    rows = {row["field"]: row for row in json.loads(forms["json"])["strict"]}
    assert (rows["certainty"]["n"], rows["certainty"]["alone"]) == (None, None)
    assert rows["certainty"]["strict_alpha"]["value"] is None
    assert rows["certainty"]["strict_alpha"]["reason"] == NO_RANK
    assert rows["event_type"]["alone"] == 2  # amal lacks basim's e3 of t1 and e1 of t2
    assert re.search(r" certainty +— +— +0\.", forms["terminal"])
    del forms["csv"], forms["json"]  # which have the reason in the row
    words = "Strict alpha is undefined, because the absence of an event has no distance to a rank: Certainty"
    expect(forms, words, "ألفا المشدّدة غير معرَّفة في: ")


def test_each_form_says_what_is_compared_of_each_field(
    sample_codings: list[Coding], codebook: Codebook
) -> None:
    forms = forms_of(sample_codings, codebook)
    expect(forms, "the days covered", "الأيام المشمولة (")
    rows = {row["field"]: row for row in json.loads(forms["json"])["fields"]}
    assert rows["date"]["compared"] == "the days covered"
    assert rows["source"]["compared"] == (
        "the set of items, each as a whole: who, source kind"
    )
    assert rows["place"]["compared"] == (
        "the levels of each place: country, governorate, normalised place"
    )


def test_columns_of_figures_have_the_name_of_the_coefficient(
    sample_codings: list[Coding], codebook: Codebook
) -> None:
    report = report_of(Study.of(sample_codings, codebook))
    titles = {
        table.name: [column.title("en") for column in table.columns]
        for table in report.tables
    }
    assert not [name for name, columns in titles.items() if "value" in columns[2:]]
    assert {"F1", "α", "equal keys"} <= {*titles["coders"]}
    assert {"α", "equal keys", "equal values"} <= {*titles["fields"]}
    assert "F1" in titles["events"] and "F1" in titles["links"]
    assert r" & $\alpha$ & " in FORMS["latex"](report)


def test_no_overlap(sample_codings: list[Coding], codebook: Codebook) -> None:
    articles = sorted({c.article for c in sample_codings})
    apart = [
        c for c in sample_codings if (c.coder == "amal") == (c.article in articles[:2])
    ]
    expect(forms_of(apart, codebook), "there is nothing to compare", "لا شيء يُقارَن")


def test_no_events(sample_codings: list[Coding], codebook: Codebook) -> None:
    without = [replace(c, events=()) for c in sample_codings]
    expect(forms_of(without, codebook), "Nobody coded an event", "لم يرمّز أحد حدثاً")


def test_all_equal(sample_codings: list[Coding], codebook: Codebook) -> None:
    expect(
        forms_of(sample_codings, codebook),
        "always gave the same value",
        "قيمة واحدة في كل موضع",
    )


def test_what_is_never_apart_in_many_articles_has_a_bound_alone(
    sample_codings: list[Coding], codebook: Codebook
) -> None:
    of_amal = [c for c in sample_codings if c.coder == "amal"]
    same = [
        replace(c, coder=coder, article=f"{c.article}-{n}")
        for c in of_amal
        for coder in ("amal", "basim")
        for n in range(5)
    ]
    forms = forms_of(same, codebook)
    document = json.loads(forms["json"])
    assert document["events"]["interval"]["reason"] == NO_SPREAD
    [about] = [row for row in document["fields"] if row["field"] == "event_type"]
    assert about["interval"]["low"] is None
    assert 0.667 < about["guarded_lower_bound"]["value"] < 1
    del forms["csv"], forms["json"]  # which have the reason in the row
    expect(forms, "articles do not differ enough to be resampled", "لا تختلف المقالات")
    expect(forms, "allows for a whole article that nobody coded", "مقال كامل لم")


def test_perfect_agreement_in_few_articles_is_too_few_to_tell(
    sample_codings: list[Coding], conflict_events: Codebook
) -> None:
    # In each of the 25 articles where the question arises, the coders agree on whose
    # casualties they are.
    many = [
        replace(c, article=f"{c.article}-{n}") for c in sample_codings for n in range(5)
    ]
    study = Study.of(many, conflict_events, plan=Plan(B=1000))
    document = report_of(study).document()
    rows = {row["field"]: row for row in document["fields"]}
    few = rows["casualty_side"]
    assert few["alpha"]["value"] == 1.0
    assert few["interval"]["low"] is None
    assert few["guarded_lower_bound"]["value"] < 0.667
    assert few["status"] == "too few to tell"
    names = [*rows]
    judged = [name for name, row in rows.items() if row["status"] == "insufficient"]
    assert judged and max(map(names.index, judged)) < names.index("casualty_side")
    assert "casualty_side" in document["overall"]["too_few_to_tell"]
    assert document["overall"]["field"] != "casualty_side"
    forms = forms_of(many, conflict_events)
    del forms["csv"], forms["json"]  # which have the status in the row
    expect(forms, "Too few to tell: disagreements", "لا تكفي للحكم:")


def test_all_blank(sample_codings: list[Coding], codebook: Codebook) -> None:
    blank = [
        replace(
            c, answers=dict.fromkeys(c.answers, Answer(blank=Blank.MISSING)), events=()
        )
        for c in sample_codings
    ]
    expect(
        forms_of(blank, codebook),
        "No unit has values from two coders",
        "لا وحدة فيها قيمتان",
    )


def test_what_is_not_submitted(
    sample_codings: list[Coding], codebook: Codebook
) -> None:
    forms = forms_of(sample_codings, codebook, Basis(codings=10, left_out={"open": 3}))
    expect(forms, "3 codings not submitted", "ما لم يدخل")


def test_one_coder_and_several_revisions_are_refused_in_every_form(
    run_coder: Callable[..., tuple[int, str, str]],
    demo_folder: Path,
    tmp_path: Path,
) -> None:
    forms = [[f"--{name}"] for name in ("markdown", "latex", "csv", "json", "bibtex")]
    forms += [
        [],
        ["--html", str(tmp_path / "page.html")],
        ["--data", str(tmp_path / "data")],
    ]
    for form in forms:
        code, out, err = run_coder(
            "agree", "--coders", "amal", *form, "--project", demo_folder
        )
        assert (code, out) == (2, "") and "at least two coders" in err
    project = open_project(demo_folder, person="salma")
    upgrade(project, "salma", read_new(project, revised(tmp_path / "new")))
    project.close()
    with closing(sqlite3.connect(demo_folder / "coder.db")) as database:
        database.execute("attach ? as before", [f"{demo_folder}/coder-before-1.1.0.db"])
        # As if one coder's codings came back in a packet that was out meanwhile.
        for table, key in CODING_TABLES.items():
            of_amal = f"where {key} like '%/amal'"
            database.execute(f"delete from {table} {of_amal}")
            database.execute(
                f"insert into {table} select * from before.{table} {of_amal}"
            )
        # As if all were submitted again since.
        database.execute("update coding set status = 'submitted'")
        database.commit()
    for form in forms:
        code, out, err = run_coder("agree", *form, "--project", demo_folder)
        assert (code, out) == (2, "") and "different revisions of the codebook" in err
    assert not (tmp_path / "page.html").exists() and not (tmp_path / "data").exists()


class Page(HTMLParser):
    """What a page is made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.fetched: list[str] = []
        self.languages: list[tuple[str | None, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        link = given.get("src") or given.get("href")
        if tag in ("script", "link", "img", "iframe") or (
            link and not link.startswith("#")
        ):
            self.fetched.append(tag)
        if tag == "main":
            self.languages.append((given["lang"], given["dir"]))
        if tag not in ("meta", "input", "line", "rect", "circle", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("line", "rect", "circle"):
            assert self.open.pop() == tag


@pytest.fixture(scope="module")
def many(conflict_events: Codebook, sample_codings: list[Coding]) -> Report:
    """Forty articles, submitted on two days, of which the later ones agree no more on
    certainty.
    """
    codings, days = [], {}
    for n in range(8):
        for c in sample_codings:
            article = f"{c.article}-{n}"
            days[article] = "2024-02-01" if n < 4 else "2024-03-01"
            if n >= 4 and c.coder == "basim":
                c = replace(
                    c,
                    events=tuple(
                        e.with_answer("certainty", Answer("doubtful")) for e in c.events
                    ),
                )
            codings.append(replace(c, article=article))
    study = Study.of(codings, conflict_events, plan=Plan(B=1000))
    study.basis = Basis(codings=len(codings), submitted=days)
    return report_of(study)


def test_a_page_fetches_nothing_and_is_whole_in_both_languages(many: Report) -> None:
    for first in ("ar", "en"):
        found = Page(page(many, first))
        assert found.open == [] and found.fetched == []
        assert sorted(found.languages) == [("ar", "rtl"), ("en", "ltr")]
        assert found.languages[0][0] == first
    assert (
        "http" not in page(many, "ar").partition("<body>")[2].partition("@article")[0]
    )


def test_a_page_draws_intervals_and_time(many: Report) -> None:
    text = page(many, "en")
    drawn = re.findall(r'<svg class="interval".*?</svg>', text)
    tables = [table for table in many.tables if table.name in ("fields", "parts")]
    alpha = [column.name for column in tables[0].columns].index("alpha")
    rows = [row for table in tables for row in table.rows]
    assert len(drawn) == 2 * sum(row[alpha].value is not None for row in rows)  # type: ignore[union-attr]
    assert any('class="bar"' in each for each in drawn)
    assert text.count('<svg class="line"') == 2


def test_figures_over_time_show_when_coders_came_apart(many: Report) -> None:
    drift = next(table for table in many.tables if table.name == "drift")
    place = [column.name for column in drift.columns].index("certainty")
    values = [row[place].value for row in drift.rows]  # type: ignore[union-attr]
    assert len(values) == 2 and values[0] > 0.5 > values[1]


def test_months_have_their_own_figures_and_few_articles_no_interval(
    sample_codings: list[Coding], codebook: Codebook
) -> None:
    days = {}
    codings = []
    for n in range(6):
        for each in sample_codings:
            article = f"{each.article}-{n}"
            codings.append(replace(each, article=article))
            days[article] = "2024-03-15" if n == 4 else f"2024-02-{10 + n}"
    without_day = [each for each in days if each.endswith("-5")]
    for article in without_day:
        del days[article]
    study = Study.of(codings, codebook, plan=Plan(B=100))
    study.basis = Basis(codings=len(codings), submitted=days)
    months = report_of(study).document()["drift"]
    assert [(row["month"], row["articles"]) for row in months] == [
        ("2024-02", 20),
        ("2024-03", 5),
    ]
    assert months[0]["certainty_interval"]["low"] is not None
    assert months[1]["certainty_interval"]["reason"] == "too few articles"


def test_where_one_event_is_two_of_the_other_and_what_was_missed_stand_apart(
    many: Report,
) -> None:
    # The sample's coders: of amal's 70 events 65 matched and 5 missed, of basim's 67
    # two are parts; 8 times.
    unmatched = next(table for table in many.tables if table.name == "unmatched")
    assert [list(row[:6]) for row in unmatched.rows] == [
        ["amal", "basim", 560, 520, 0, 40],
        ["basim", "amal", 536, 520, 16, 0],
    ]


def test_each_coder_against_gold_and_whom_to_train(
    sample_codings: list[Coding], conflict_events: Codebook
) -> None:
    of_amal = [c for c in sample_codings if c.coder == "amal"]
    doubtful = [
        replace(
            c,
            events=tuple(
                e.with_answer("certainty", Answer("doubtful")) for e in c.events
            ),
        )
        for c in of_amal
    ]
    gold = {}
    for coder, codings in (("amal", of_amal), ("basim", doubtful)):
        pair = [
            replace(c, coder=who) for c, who in zip(of_amal, [GOLD] * 5, strict=True)
        ]
        pair += [replace(c, coder=coder) for c in codings]
        gold[coder] = Study.of(pair, conflict_events, plan=Plan(B=100))
    report = report_of(
        Study.of(sample_codings, conflict_events, plan=Plan(B=100)), beside=Beside(gold)
    )
    table = next(table for table in report.tables if table.name == "gold")
    names = [column.name for column in table.columns]
    rows = [dict(zip(names, row, strict=True)) for row in table.rows]
    of_amal_row = [row["f1"] or row["alpha"] for row in rows if row["coder"] == "amal"]
    assert [score.value for score in of_amal_row] == [1.0] * 7
    worst = [row for row in rows if row["coder"] == "basim"][1]
    assert (worst["what"].id, worst["train"].id) == ("certainty", "look")
    assert (
        re.fullmatch(r"doubtful for \w+ ×\d+", worst["instead"].of("en"))
        and len(worst["where"]) == 5
    )
    forms = {
        name: re.sub(r"\\", "", write(report))
        for name, write in FORMS.items()
        if name != "bibtex"
    }
    assert all("doubtful for" in text for text in (*forms.values(), page(report, "en")))


def test_methods_tell_what_was_done_and_their_sources_are_in_the_bibliography(
    many: Report,
) -> None:
    said = " ".join(each.of("en") for each in many.methods)
    assert "whole articles were drawn with replacement 1,000 times" in said
    assert "Efron 1987" in said and "Krippendorff 2004" in said
    entries = set(re.findall(r"@\w+\{(\w+),", FORMS["bibtex"](many)))
    assert (
        entries
        == set(many.references)
        > {"krippendorff2004", "hripcsak2005", "efron1987", "field2007"}
    )
    cited = {
        key
        for keys in re.findall(r"\\citep\{(.*?)\}", FORMS["latex"](many))
        for key in keys.split(",")
    }
    assert cited == entries


def test_words_that_could_be_formulas_or_markup_stay_words(
    sample_codings: list[Coding], codebook: Codebook
) -> None:
    renamed = [
        replace(c, coder={"amal": "=1+1", "basim": "<b>_x_</b>"}[c.coder])
        for c in sample_codings
    ]
    forms = forms_of(renamed, codebook)
    assert "\n=1+1" not in forms["csv"] and ",=1+1" not in forms["csv"]
    assert "<b>_x_" not in forms["page"] and "&lt;b&gt;_x_" in forms["page"]
    assert r"\_x\_" in forms["latex"] and r"\<b\>" in forms["markdown"]
