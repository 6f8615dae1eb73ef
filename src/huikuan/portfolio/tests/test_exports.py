"""Exports: limits before the start, what stands in the file, who gets it, what happens to it afterwards."""

from __future__ import annotations

import hashlib
import json
import stat
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, cast
from uuid import UUID, uuid4

import pytest
from django.conf import LazySettings
from django.db import ProgrammingError, connection
from django.test import Client

from huikuan.evidence.selectors.events import events_of_subject
from huikuan.kernel.facts import GrantFact, Role
from huikuan.kernel.models import Bank, Institution, RoleGrant
from huikuan.kernel.rules.permissions import ROLE_PERMISSIONS
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.tests.builders import a_bank, a_client, a_user, an_institution
from huikuan.portfolio.errors import ExportLimitError
from huikuan.portfolio.exports import loans as loans_module
from huikuan.portfolio.exports.about import PURPOSE_WORDS
from huikuan.portfolio.exports.columns import LOAN_COLUMNS
from huikuan.portfolio.exports.sentence import loan_sentence
from huikuan.portfolio.exports.sheet import text_safe
from huikuan.portfolio.feed_contract import contracts_shipped
from huikuan.portfolio.jobs import export_write
from huikuan.portfolio.models import DeskStand, Export, Load, Publication, Reject
from huikuan.portfolio.rules import export_limits
from huikuan.portfolio.rules.export_limits import LOAN_ROWS_MAX, loan_rows_max
from huikuan.portfolio.rules.export_purposes import LEGAL_BASES, ExportPurpose
from huikuan.portfolio.rules.loan_query import loan_query_parse
from huikuan.portfolio.selectors.loan_list import loan_rows
from huikuan.portfolio.services.export import KEPT, LOST_AFTER, export_file, exports_sweep
from huikuan.portfolio.tests.desk_books import DAY, a_note, desk_fill

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: LazySettings) -> Path:
    """Files go to a folder of the test."""
    settings.HOME = tmp_path
    return tmp_path


@pytest.fixture
def bank() -> Bank:
    """Three notes in two branches."""
    made = a_bank()
    for code in ("east", "west"):
        an_institution(made, code=code)
    notes = [
        a_note(note_id="00123456789012345678", overdue_principal_minor=123_456, officer_name="=cmd|'/c calc'!A1"),
        a_note(note_id="N2", institution_code="west", dpd=95, core_class="loss"),
        a_note(note_id="N3", product_code="P2"),
    ]
    desk_fill(made, notes)
    return made


def _ask(client: Client, **body: Any) -> Any:
    whole = {"purpose": "collection", **body}
    return client.post("/api/exports", json.dumps(whole), content_type="application/json")


def _write(bank: Bank, answer: Any) -> Export:
    """Do the job of an export as the worker does."""
    assert answer.status_code == 202, answer.content
    export_id = answer.json()["id"]
    export_write.run(bank_id=bank.id, export_id=export_id)
    with bank_scope(bank.id):
        return Export.objects.get(bank_id=bank.id, id=export_id)


def _cells(content: bytes, sheet: int, folder: Path) -> str:
    file = folder / "got.xlsx"
    file.write_bytes(content)
    with zipfile.ZipFile(file) as book:
        return book.read(f"xl/worksheets/sheet{sheet}.xml").decode()


def _file(client: Client, export_id: UUID) -> bytes:
    answer = client.get(f"/api/exports/{export_id}/file")
    assert answer.status_code == 200, answer.content
    return b"".join(cast(Any, answer).streaming_content)


def test_workbook_holds_the_list_with_masked_names_ids_as_text_and_no_formula(bank: Bank, tmp_path: Path) -> None:
    client = a_client(a_user(bank, role=Role.SPECIAL_ASSETS))
    export = _write(bank, _ask(client, query={"dpd_min": 1}, language="zh"))
    assert (export.state, export.rows, export.rows_total) == ("done", 3, 3)
    file = export_file(bank.code, export.id, "xlsx")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    content = _file(client, export.id)
    table, about = _cells(content, 2, tmp_path), _cells(content, 1, tmp_path)
    assert "<t>00123456789012345678</t>" in table, "an id is text: its zeros stay"
    assert "<v>1234.56</v>" in table
    assert "张*生" in table and "张春生" not in table
    assert "<t>'=cmd|" in table and "<f>" not in table
    assert "本人催收作业（履行合同）" in about
    assert "逾期天数 不低于 1" in about and DAY.isoformat() in about
    for column in LOAN_COLUMNS.values():
        assert f"<t>{column.zh}</t>" in table


def test_workbook_in_english_has_the_columns_that_were_chosen_and_the_note_first(bank: Bank, tmp_path: Path) -> None:
    client = a_client(a_user(bank, role=Role.ACCOUNTING))
    export = _write(bank, _ask(client, query={"bucket": ["M4"]}, language="en", columns=["bucket", "core_class"]))
    table = _cells(_file(client, export.id), 2, tmp_path)
    assert "".join(part.partition("</t>")[0] + "|" for part in table.split("<t>")[1:]) == (
        "Note|Bucket|Class in the core|N2|M4|loss|"
    )


def test_export_ends_at_the_institutions_of_the_person(bank: Bank) -> None:
    with bank_scope(bank.id):
        west = Institution.objects.get(bank_id=bank.id, code="west")
    client = a_client(a_user(bank, role=Role.COLLECTOR, institution=west))
    assert _write(bank, _ask(client)).rows == 1


def test_export_over_the_limit_is_refused_with_count_and_limit_before_it_starts(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = a_client(a_user(bank, role=Role.COLLECTOR))
    monkeypatch.setitem(export_limits.LOAN_ROWS_MAX, Role.COLLECTOR, 2)
    refused = _ask(client)
    assert (refused.status_code, refused.json()["code"]) == (422, "export.limit")
    assert "3 rows" in refused.json()["detail"] and "2 at once" in refused.json()["detail"]
    with bank_scope(bank.id):
        assert not Export.objects.filter(bank_id=bank.id).exists()
    monkeypatch.setitem(export_limits.LOAN_ROWS_MAX, Role.COLLECTOR, 3)
    assert _ask(client).status_code == 202


@pytest.mark.parametrize("purpose", [None, "", "sale", "data quality"])
def test_export_without_a_purpose_of_the_list_is_refused_before_it_starts(bank: Bank, purpose: str | None) -> None:
    assert _ask(a_client(a_user(bank, role=Role.ACCOUNTING)), purpose=purpose).status_code == 422
    with bank_scope(bank.id):
        assert not Export.objects.filter(bank_id=bank.id).exists()


@pytest.mark.parametrize("purpose", list(ExportPurpose))
def test_purpose_and_legal_basis_are_entered_with_the_request(bank: Bank, purpose: ExportPurpose) -> None:
    client = a_client(a_user(bank, role=Role.ACCOUNTING))
    export_id = _ask(client, purpose=purpose).json()["id"]
    with bank_scope(bank.id):
        event = events_of_subject(bank_id=bank.id, subject_kind="export", subject_id=export_id)[0]
    basis = LEGAL_BASES[purpose]
    assert (event.payload["purpose"], event.payload["legal_basis"]) == (purpose, basis)
    (row,) = client.get("/api/exports").json()
    assert (row["purpose"], row["legal_basis"]) == (purpose, basis)
    assert len(PURPOSE_WORDS[purpose]) == 2


def test_what_was_asked_for_cannot_be_changed_afterwards(bank: Bank) -> None:
    _ask(a_client(a_user(bank, role=Role.ACCOUNTING)))
    asked: dict[str, Any] = {"purpose": "supervision", "requested_by": 1, "row_limit": 10**6, "query": {}}
    for name, value in asked.items():
        with pytest.raises(ProgrammingError, match="permission denied"), bank_scope(bank.id):
            Export.objects.filter(bank_id=bank.id).update(**{name: value})


def test_role_with_a_lower_limit_by_the_time_of_the_job_gets_no_file(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = _ask(a_client(a_user(bank, role=Role.COLLECTOR)))
    monkeypatch.setitem(export_limits.LOAN_ROWS_MAX, Role.COLLECTOR, 2)
    with pytest.raises(ExportLimitError):
        export_write.run(bank_id=bank.id, export_id=answer.json()["id"])


def test_limit_is_the_largest_of_the_roles_and_whoever_may_export_has_one() -> None:
    def of(*grants: tuple[Role, bool]) -> int:
        return loan_rows_max([GrantFact(role, 1, at_root) for role, at_root in grants])

    assert of((Role.COLLECTOR, True), (Role.ACCOUNTING, True)) == LOAN_ROWS_MAX[Role.ACCOUNTING]
    assert of((Role.COLLECTOR, False), (Role.BRANCH_MANAGER, False)) == LOAN_ROWS_MAX[Role.BRANCH_MANAGER]
    assert of((Role.COLLECTOR, True), (Role.BRANCH_MANAGER, False)) == LOAN_ROWS_MAX[Role.COLLECTOR]
    assert of((Role.TRAINER, True)) == of() == 0
    assert {role for role, held in ROLE_PERMISSIONS.items() if "loan.export" in held} == set(LOAN_ROWS_MAX)


def test_unknown_filter_or_column_is_refused(bank: Bank) -> None:
    client = a_client(a_user(bank, role=Role.ACCOUNTING))
    for body in ({"query": {"nonsense": 1}}, {"columns": ["nonsense"]}, {"columns": ["dpd", "dpd"]}):
        assert _ask(client, **body).status_code == 422


def test_grant_that_ended_before_the_job_ran_gives_no_file(bank: Bank) -> None:
    user = a_user(bank, role=Role.ACCOUNTING)
    answer = _ask(a_client(user))
    with bank_scope(bank.id):
        RoleGrant.objects.filter(bank_id=bank.id, user_id=user.id).update(valid_to=date(2020, 2, 1))
    with pytest.raises(Exception, match=r"loan\.export"):
        export_write.run(bank_id=bank.id, export_id=answer.json()["id"])
    with bank_scope(bank.id):
        export = Export.objects.get(bank_id=bank.id)
    assert (export.state, export.error_code) == ("failed", "kernel.permission_missing")


def test_file_is_not_given_once_the_right_has_ended(bank: Bank) -> None:
    user = a_user(bank, role=Role.ACCOUNTING)
    export = _write(bank, _ask(a_client(user)))
    with bank_scope(bank.id):
        grant = RoleGrant.objects.get(bank_id=bank.id, user_id=user.id)
        RoleGrant.objects.filter(bank_id=bank.id, user_id=user.id).update(valid_to=date(2020, 2, 1))
        RoleGrant.objects.create(  # may still list and fetch exports of the night
            bank_id=bank.id, user_id=user.id, institution_id=grant.institution_id, role=Role.AUDITOR,
            valid_from=grant.valid_from,
        )  # fmt: skip
    answer = a_client(user).get(f"/api/exports/{export.id}/file")
    assert (answer.status_code, answer.json()["code"]) == (403, "kernel.permission_missing")


def test_file_is_for_the_person_who_asked_and_each_step_is_on_record(bank: Bank) -> None:
    asker, other = (a_client(a_user(bank, role=Role.ACCOUNTING)) for _ in range(2))
    export = _write(bank, _ask(asker))
    assert other.get(f"/api/exports/{export.id}/file").status_code == 404
    assert other.get("/api/exports").json() == []
    (row,) = asker.get("/api/exports").json()
    assert (row["state"], row["rows"], row["file_name"]) == ("done", 3, f"逾期借据清单-{DAY}.xlsx")
    answer = asker.get(f"/api/exports/{export.id}/file")
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    with bank_scope(bank.id):
        events = events_of_subject(bank_id=bank.id, subject_kind="export", subject_id=str(export.id))
    assert [event.name for event in events] == [
        "portfolio.export_requested", "portfolio.export_made", "portfolio.export_downloaded",
    ]  # fmt: skip
    assert events[1].payload["sha256"] == export.sha256 == events[2].payload["sha256"]


def test_export_that_is_not_done_has_no_file(bank: Bank) -> None:
    client = a_client(a_user(bank, role=Role.ACCOUNTING))
    export_id = _ask(client).json()["id"]
    answer = client.get(f"/api/exports/{export_id}/file")
    assert (answer.status_code, answer.json()["code"]) == (409, "export.not_ready")


def test_fourth_export_under_way_is_refused(bank: Bank) -> None:
    client = a_client(a_user(bank, role=Role.ACCOUNTING))
    assert [_ask(client).status_code for _ in range(4)] == [202, 202, 202, 409]


@pytest.mark.parametrize("desk_moves", [True, False])
def test_file_of_a_list_that_moved_meanwhile_is_begun_anew(
    bank: Bank, monkeypatch: pytest.MonkeyPatch, desk_moves: bool
) -> None:
    """The second piece of the first attempt meets another night; the file holds the second night only.

    In a catch-up a night is published and its desk comes later: the list and its date stay.
    """
    monkeypatch.setattr(loans_module, "ROWS_PER_PIECE", 1)
    progress: list[int] = []

    def rows(**wanted: Any) -> Any:
        for piece in loan_rows(**wanted):
            progress.append(len(piece))
            if len(progress) == 1:
                made = Publication.objects.create(
                    bank_id=bank.id, run_id=uuid4(), business_date=DAY + timedelta(days=1),
                    known_at=datetime(2026, 6, 7, 1, tzinfo=UTC), notes=3, stale_notes=0,
                )  # fmt: skip
                if desk_moves:
                    stand = DeskStand.objects.filter(bank_id=bank.id)
                    stand.update(run_id=made.run_id, business_date=made.business_date)
            yield piece

    monkeypatch.setattr(loans_module, "loan_rows", rows)
    export = _write(bank, _ask(a_client(a_user(bank, role=Role.ACCOUNTING))))
    assert (export.state, export.rows, len(progress)) == ("done", 3, 4 if desk_moves else 3)
    assert export.file_name.endswith(f"{DAY + timedelta(days=1 if desk_moves else 0)}.xlsx")


def test_job_that_runs_twice_writes_the_file_once(bank: Bank) -> None:
    export = _write(bank, _ask(a_client(a_user(bank, role=Role.ACCOUNTING))))
    file = export_file(bank.code, export.id, "xlsx")
    before = file.stat().st_mtime_ns
    export_write.run(bank_id=bank.id, export_id=str(export.id))
    assert file.stat().st_mtime_ns == before


def test_two_workers_at_one_export_make_one_file(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that was taken for dead goes on after another one has written the file."""
    attempts: list[int] = []

    def rows(**wanted: Any) -> Any:
        attempts.append(1)
        if len(attempts) == 1:
            export_write.run(bank_id=bank.id, export_id=asked.json()["id"])
        yield from loan_rows(**wanted)

    monkeypatch.setattr(loans_module, "loan_rows", rows)
    asked = _ask(a_client(a_user(bank, role=Role.ACCOUNTING)))
    export = _write(bank, asked)
    file = export_file(bank.code, export.id, "xlsx")
    assert len(attempts) == 2 and hashlib.sha256(file.read_bytes()).hexdigest() == export.sha256
    assert list(file.parent.iterdir()) == [file]
    with bank_scope(bank.id):
        events = events_of_subject(bank_id=bank.id, subject_kind="export", subject_id=str(export.id))
    assert [event.name for event in events].count("portfolio.export_made") == 1


def test_file_expires_and_is_swept_with_files_that_belong_to_nothing(bank: Bank) -> None:
    client = a_client(a_user(bank, role=Role.ACCOUNTING))
    export = _write(bank, _ask(client))
    file = export_file(bank.code, export.id, "xlsx")
    stray = file.with_name(f"{uuid4()}.xlsx.part")
    stray.write_bytes(b"x")
    killed = file.with_suffix(".0.part")  # of a worker that was killed
    killed.write_bytes(b"x")
    assert export.finished_at is not None
    edge = export.finished_at + KEPT
    with bank_scope(bank.id):
        assert exports_sweep(bank_id=bank.id, bank_code=bank.code, at=edge - timedelta(seconds=1)) == 2
        assert list(file.parent.iterdir()) == [file]
        assert exports_sweep(bank_id=bank.id, bank_code=bank.code, at=edge) == 1
    assert not file.exists()
    assert client.get("/api/exports").json()[0]["state"] == "expired"


def test_export_whose_job_was_given_up_is_failed_by_the_sweep(bank: Bank) -> None:
    client = a_client(a_user(bank, role=Role.ACCOUNTING))
    _ask(client)
    with bank_scope(bank.id):
        created = Export.objects.get(bank_id=bank.id).created_at
        exports_sweep(bank_id=bank.id, bank_code=bank.code, at=created + LOST_AFTER)
        assert Export.objects.get(bank_id=bank.id).state == "queued", "its job is waiting"
        with connection.cursor() as cursor:
            cursor.execute("update procrastinate_jobs set status = 'cancelled'")
        exports_sweep(bank_id=bank.id, bank_code=bank.code, at=created + LOST_AFTER)
        assert Export.objects.get(bank_id=bank.id).error_code == "export.lost"


def _rejects(bank: Bank) -> UUID:
    run, load = uuid4(), uuid4()
    with bank_scope(bank.id):
        Load.objects.create(
            bank_id=bank.id, id=load, run_id=run, business_date=DAY, feed="note", file_name="notes.csv", sha256="",
            delivery_hash="", rows=2, accepted=0, rejected=2, controls=[], known_at=datetime(2026, 6, 6, tzinfo=UTC),
        )  # fmt: skip
        for line, codes in ((2, ["required"]), (5, ["type.amount", "enum"])):
            reasons = [{"code": code, "field": "principal", "expected": "x", "got": "-1"} for code in codes]
            raw = {"note_id": f"N{line}", "principal": "-1+2"}
            Reject.objects.create(
                bank_id=bank.id, load_id=load, line=line, run_id=run, feed="note", reasons=reasons, raw=raw
            )
    return run


@pytest.mark.parametrize("form", ["xlsx", "csv"])
@pytest.mark.parametrize("feed", ["note", None])
def test_rejects_are_exported_with_reasons_in_the_language(
    bank: Bank, form: str, feed: str | None, tmp_path: Path
) -> None:
    run = _rejects(bank)
    client = a_client(a_user(bank, role=Role.AUDITOR))
    body = {"run_id": str(run), "feed": feed, "form": form, "language": "zh"}
    answer = client.post("/api/exports/rejects", json.dumps(body), content_type="application/json")
    export = _write(bank, answer)
    content = _file(client, export.id)
    text = content.decode("utf-8-sig") if form == "csv" else _cells(content, 2, tmp_path)
    assert "缺少必填值" in text and "不是金额\n不在可选值内" in text and "notes.csv" in text
    assert ("'-1+2" if feed else "principal=-1+2") in text
    assert export.rows == 2


def test_rejects_of_one_feed_show_their_rows_also_when_the_first_one_is_a_broken_line(bank: Bank) -> None:
    run = _rejects(bank)
    with bank_scope(bank.id):
        Reject.objects.create(
            bank_id=bank.id, load_id=Load.objects.get(bank_id=bank.id).id, line=1, run_id=run, feed="note",
            reasons=[{"code": "row.columns", "field": "", "expected": "x", "got": "a broken line"}],
            raw={"line": "***"},
        )  # fmt: skip
    client = a_client(a_user(bank, role=Role.AUDITOR))
    body = {"run_id": str(run), "feed": "note", "form": "csv", "language": "zh"}
    answer = client.post("/api/exports/rejects", json.dumps(body), content_type="application/json")
    lines = _file(client, _write(bank, answer).id).decode("utf-8-sig").splitlines()
    heading = next(line for line in lines if line.startswith("文件"))
    assert heading.split(",")[7:] == [f"原始行（已遮蔽） {name}" for name in contracts_shipped()["note"].columns]
    assert any("N2" in line for line in lines) and any("N5" in line for line in lines)


def test_rejects_of_a_feed_that_does_not_exist_are_refused(bank: Bank) -> None:
    body = {"run_id": str(_rejects(bank)), "feed": "../note"}
    client = a_client(a_user(bank, role=Role.AUDITOR))
    assert client.post("/api/exports/rejects", json.dumps(body), content_type="application/json").status_code == 422


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "\u3000=", "\uff1d", "\uff0b", "\uff20"])
def test_text_that_begins_like_a_formula_is_made_harmless(start: str) -> None:
    assert text_safe(f"{start}1") == f"'{start}1"
    assert text_safe(f"1{start}") == f"1{start}"
    assert len(text_safe(start + "x" * 40_000)) == 32_767


def test_sentence_says_every_filter_in_both_languages() -> None:
    query = loan_query_parse(
        {
            "institution": [7], "bucket": ["M1", "M2"], "officer": ["E1", ""], "dpd_min": 31, "dpd_max": 90,
            "overdue_min": 100_000, "matures_to": "2026-12-31", "stale": False, "core_differs": True, "sort": "dpd",
        }
    )  # fmt: skip
    names = {"institution": {7: "城东支行"}}
    assert loan_sentence(query, "zh", names=names, minor_digits=2) == (
        "机构：城东支行；账龄：M1、M2；客户经理：未提供、E1；逾期天数 31 至 90；逾期金额 不低于 1,000.00；"
        "到期日 不超过 2026-12-31；不含沿用旧数据的借据；仅与核心逾期天数不一致的借据。按逾期天数从小到大排列。"
    )
    assert loan_sentence(loan_query_parse({}), "en", names={}, minor_digits=2) == (
        "all notes in arrears. Sorted by arrears, largest first."
    )
