"""A simulated bank that is lived: same files however often it is killed, contacts answered, nights that take them."""

from __future__ import annotations

import json
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from huikuan.kernel.errors import InputInvalidError, NotFoundError
from huikuan.kernel.facts import Who
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.tests.builders import AT
from huikuan.lab.contact_parameters import contact_shipped
from huikuan.lab.create import Order, bank_files_create
from huikuan.lab.live import ContactMade, LiveBank, LiveOrder, contact_read, delivered_last, pays_because
from huikuan.lab.live_loop import CONTACTS, Live, LiveBankBusyError, LiveBankOtherError, live_open, live_run
from huikuan.lab.parameters import Figures, Parameters, parameters_shipped
from huikuan.lab.rules.contact import Channel, Offer, Result, Tone
from huikuan.lab.rules.draw import PPM
from huikuan.lab.services.bank import simulated_bank_ensure
from huikuan.lab.tests.worlds import lived, small_world
from huikuan.lab.world import ACTIVE, NO_DAY, World
from huikuan.nightly.cycle import nights_run
from huikuan.nightly.facts import BankFact
from huikuan.nightly.opening import NightPlaces
from huikuan.nightly.tests.night_support import Silent
from huikuan.portfolio.models import Reject
from huikuan.portfolio.selectors.freshness import book_freshness

START = date(2025, 6, 1)
ORDER = LiveOrder(seed=5, borrowers=120, start=START)
FAST = 10**9


def opened(place: Path, order: LiveOrder | None = ORDER, parameters: Parameters | None = None):  # type: ignore[no-untyped-def]
    return live_open(
        order, parameters or parameters_shipped(), contact_shipped(), inbox=place / "inbox", folder=place / "live"
    )


def files(place: Path) -> dict[str, bytes]:
    inbox = place / "inbox"
    return {str(file.relative_to(inbox)): file.read_bytes() for file in sorted(inbox.rglob("*")) if file.is_file()}


def ask(place: Path, key: str, **changes: object) -> None:
    """Write a contact as the command does."""
    contact = {"party": "P00000007", "channel": "call", "tone": "friendly", "offer": "none", "minute": 1110, **changes}
    (place / "live" / "asked" / f"{key}.json").write_text(json.dumps(contact), encoding="utf-8")


def answer(place: Path, key: str) -> dict[str, object]:
    found: dict[str, object] = json.loads((place / "live" / "answered" / f"{key}.json").read_text(encoding="utf-8"))
    return found


def everybody(live: Live, place: Path, channel: str) -> None:
    for number in range(1, ORDER.borrowers + 1):
        ask(place, f"{live.bank.open_day}-{number:03d}", party=f"P{number:08d}", channel=channel)
    assert live.contacts_answer() == ORDER.borrowers


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five days of which nobody was killed; everybody is called on the third and visited on the fourth."""
    place = tmp_path_factory.mktemp("undisturbed")
    with opened(place) as live:
        live.catch_up(START + timedelta(days=1))
        for channel in ("call", "visit"):
            everybody(live, place, channel)
            live.day_close()
        live.day_close()
    return place


def test_days_that_nobody_disturbs_are_those_of_create(tmp_path: Path) -> None:
    with opened(tmp_path) as live:
        live.catch_up(START)
        live_run(live, speed=FAST, days=2, told=lambda _: None)
        assert live.bank.open_day == START + timedelta(days=3)
    bank_files_create(
        Order(ORDER.seed, ORDER.borrowers, 1, START), parameters_shipped(),
        inbox=tmp_path / "created" / "inbox", truth=tmp_path / "truth", journal=tmp_path / "journal",
    )  # fmt: skip
    created = files(tmp_path / "created")
    assert len(files(tmp_path)) > 20
    assert all(created[name] == content for name, content in files(tmp_path).items())
    with opened(tmp_path / "created") as live:
        live.catch_up()
        assert live.bank.day == date(2025, 6, 30)
        live.day_close()
    assert delivered_last(tmp_path / "created" / "inbox") == date(2025, 7, 1)


def test_killed_in_every_day_it_ends_with_the_same_files(undisturbed: Path, tmp_path: Path) -> None:
    with opened(tmp_path) as live:
        live.catch_up(START + timedelta(days=1))
        everybody(live, tmp_path, "call")
    # killed after the contacts of the third day, while one more line was being written
    with (tmp_path / "live" / CONTACTS).open("a") as log:
        log.write('{"day": "2025-06-03", "key": "cut')
    half = tmp_path / "inbox" / "qinghe" / "2025-06-03"
    half.mkdir()
    (half / "notes.parquet").write_bytes(b"half a file")
    with opened(tmp_path, order=None) as live:
        live.catch_up()
        assert live.bank.open_day == date(2025, 6, 3)
        live.day_close()
        everybody(live, tmp_path, "visit")
        live.day_close()
    with opened(tmp_path) as live:
        live.catch_up()
        live.day_close()
    assert files(tmp_path) == files(undisturbed)
    assert {p.name: p.read_text() for p in (tmp_path / "live" / "answered").iterdir()} == {
        p.name: p.read_text() for p in (undisturbed / "live" / "answered").iterdir()
    }


def test_contact_that_was_written_down_and_not_answered_is_answered_the_same_after_a_kill(tmp_path: Path) -> None:
    with opened(tmp_path) as live:
        live.catch_up(START)
        ask(tmp_path, "1")
        live.contacts_answer()
        first = answer(tmp_path, "1")
    (tmp_path / "live" / "answered" / "1.json").unlink()
    ask(tmp_path, "1")
    with opened(tmp_path) as live:
        live.catch_up()
        live.contacts_answer()
    assert answer(tmp_path, "1") == first
    assert len((tmp_path / "live" / CONTACTS).read_text().splitlines()) == 1


def test_contact_that_waits_since_a_day_that_is_closed_is_not_made_twice(tmp_path: Path) -> None:
    with opened(tmp_path) as live:
        live.catch_up(START)
        ask(tmp_path, "1")
        live.contacts_answer()
        first = answer(tmp_path, "1")
        live.day_close()
        ask(tmp_path, "1")
        live.contacts_answer()
        assert answer(tmp_path, "1") == first
    ask(tmp_path, "1")
    with opened(tmp_path) as live:
        live.catch_up(START + timedelta(days=3))
        live.contacts_answer()
    assert answer(tmp_path, "1") == first
    assert len((tmp_path / "live" / CONTACTS).read_text().splitlines()) == 1


def test_emptied_inbox_is_filled_again_with_the_contacts_that_were_made(undisturbed: Path, tmp_path: Path) -> None:
    shutil.copytree(undisturbed, tmp_path, dirs_exist_ok=True)
    shutil.rmtree(tmp_path / "inbox")
    with opened(tmp_path) as live:
        live.catch_up()
        assert live.bank.open_day == START + timedelta(days=3)  # that of the last contacts
        live.day_close()
        live.day_close()
    assert files(tmp_path) == files(undisturbed)


def test_contacts_outlive_a_start_on_a_full_disk(tmp_path: Path) -> None:
    with opened(tmp_path) as live:
        live.catch_up(START)
        ask(tmp_path, "1")
        live.contacts_answer()
        log = tmp_path / "live" / CONTACTS
        whole = log.read_bytes()
        log.write_bytes(whole + b'{"day": "2025-06-02", "key": "cut')
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
        try:
            assert [one.key for one in live._made()[START + timedelta(days=1)]] == ["1"]
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert log.read_bytes() == whole


def test_contacts_that_cannot_be_are_answered_with_what_is_wrong(tmp_path: Path) -> None:
    with opened(tmp_path) as live:
        live.catch_up(START)
        ask(tmp_path, "1", party="P00000121")
        ask(tmp_path, "2", tone="threatening")
        ask(tmp_path, "3", minute="soon")
        (tmp_path / "live" / "asked" / "4.json").write_text("not json")
        ask(tmp_path, "5", minute=1440)
        (tmp_path / "live" / "asked" / "6.json").write_text(
            '{"party": "P1", "channel": "sms", "tone": "plain", "offer": "none", "minute": Infinity}'
        )
        ask(tmp_path, "7", party="P" + "1" * 5000)
        (tmp_path / "live" / "asked" / "8.json").write_text("[" * 100_000)
        ask(tmp_path, "9", tone="\ud800")
        assert live.contacts_answer() == 9
        assert not list((tmp_path / "live" / "asked").iterdir())
    assert not (tmp_path / "live" / CONTACTS).exists()
    said = [str(answer(tmp_path, str(key))["error"]) for key in range(1, 10)]
    wanted = [
        "P00000120", "service, friendly, plain, stern", "not a contact", "not a contact", "0 to 1439",
        "not a contact", "P00000120", "not a contact", "service, friendly, plain, stern",
    ]  # fmt: skip
    assert all(word in one for one, word in zip(said, wanted, strict=True))
    with pytest.raises(NotFoundError):
        contact_read(key="1", party="x", channel="call", tone="plain", offer="none", minute=1, borrowers=5)
    with pytest.raises(InputInvalidError, match="carrier"):
        contact_read(key="1", party="P1", channel="carrier", tone="plain", offer="none", minute=1, borrowers=5)


def test_another_bank_another_inbox_and_a_second_process_are_refused(undisturbed: Path, tmp_path: Path) -> None:
    with pytest.raises(LiveBankOtherError, match="never started"), opened(tmp_path, order=None):
        pass
    shutil.copytree(undisturbed, tmp_path, dirs_exist_ok=True)
    with pytest.raises(LiveBankOtherError, match="another seed"), opened(tmp_path, LiveOrder(6, 120, START)):
        pass
    other = parameters_shipped().model_copy(deep=True)
    figure = other.afterwards.promise_kept_ppm.model_copy(update={"value": 1})
    other = other.model_copy(update={"afterwards": other.afterwards.model_copy(update={"promise_kept_ppm": figure})})
    with pytest.raises(LiveBankOtherError, match="other parameters"), opened(tmp_path, parameters=other):
        pass
    with opened(tmp_path), pytest.raises(LiveBankBusyError), opened(tmp_path):
        pass
    shutil.rmtree(tmp_path / "live")
    with opened(tmp_path, LiveOrder(6, 120, START)) as live, pytest.raises(LiveBankOtherError, match="not the one"):
        live.catch_up()


def test_promise_that_is_kept_brings_the_money_on_its_day() -> None:
    world = small_world(count=300)
    lived(world, 420)
    state, notes = world.state, world.notes
    late = np.flatnonzero(
        (state.status == ACTIVE) & (state.oldest_row < state.next_row) & (state.pay_on == NO_DAY)
        & (world.planted.stops_on > world.day + 60)
    )  # fmt: skip
    note, pay_on = int(late[0]), world.day + 4
    pays_because(world, int(notes.borrower[note]), pay_on, share_ppm=PPM)
    paid = [(one.day, int(amount)) for one in lived(world, 6) for at, amounts, *_ in one.paid
            for place, amount in zip(at, amounts, strict=True) if place == note]  # fmt: skip
    assert [day for day, _ in paid] == [pay_on]
    assert paid[0][1] > 0
    assert state.oldest_row[note] == state.next_row[note]


@pytest.mark.parametrize(("share_ppm", "wanted"), [(300_000, 300_000), (654_321, 654_321), (1, None)])
def test_part_that_was_promised_is_the_share_that_is_paid(share_ppm: int, wanted: int | None) -> None:
    def late_world() -> World:
        world = small_world(count=300)
        lived(world, 420)
        return world

    world, twin = late_world(), late_world()
    state = world.state
    late = np.flatnonzero(
        (state.status == ACTIVE) & (state.next_row - state.oldest_row >= 2) & (state.pay_on == NO_DAY)
        & (world.planted.stops_on > world.day + 60) & (state.next_due > world.day + 30)
    )  # fmt: skip
    note, pay_on = int(late[0]), world.day + 4
    borrower = int(world.notes.borrower[note])

    def paid(one: World, share: int) -> int:
        pays_because(one, borrower, pay_on, share_ppm=share)
        (amount,) = (int(amount) for day in lived(one, 4) for at, amounts, *_ in day.paid
                     for place, amount in zip(at, amounts, strict=True) if place == note)  # fmt: skip
        return amount

    due = paid(twin, PPM)
    assert due > 100_000
    assert paid(world, share_ppm) == (100 if wanted is None else due * wanted // PPM)
    assert not state.promised_ppm.any()


def test_who_would_have_paid_earlier_anyway_and_thieves_do_not_pay_for_a_contact() -> None:
    world = small_world(count=300)
    lived(world, 420)
    state = world.state
    is_open = (state.status == ACTIVE) & (state.oldest_row < state.next_row)
    anyway, thief = np.flatnonzero(is_open)[:2]
    state.pay_on[anyway], world.planted.stops_on[thief] = world.day + 2, world.day
    before = int(state.pay_on[thief])
    for note in (anyway, thief):
        pays_because(world, int(world.notes.borrower[note]), world.day + 5, share_ppm=PPM)
    assert state.pay_on[anyway] == world.day + 2
    assert state.pay_on[thief] == before


def easily_moved() -> Parameters:
    """Borrowers who answer, agree and keep their word as often as can be."""
    shipped = parameters_shipped()

    def always(figures: Figures) -> Figures:
        return figures.model_copy(update={"values": (1_000_000,) * len(figures.values)})

    answers, after = shipped.answers, shipped.afterwards
    kept = after.promise_kept_ppm.model_copy(update={"value": 1_000_000})
    answers = answers.model_copy(
        update={"reached_ppm": always(answers.reached_ppm), "willing_ppm": always(answers.willing_ppm)}
    )
    update = {"answers": answers, "afterwards": after.model_copy(update={"promise_kept_ppm": kept})}
    return shipped.model_copy(update=update)


def open_notes(bank: LiveBank) -> int:
    (part,) = bank._parts
    state = part.world.state
    return int(((state.status == ACTIVE) & (state.oldest_row < state.next_row)).sum())


def test_contacts_bring_money_and_attempts_count_while_something_is_overdue(tmp_path: Path) -> None:
    def bank(name: str) -> LiveBank:
        return LiveBank(LiveOrder(7, 300, START), easily_moved(), contact_shipped(), journal=tmp_path / name)

    calm, called = bank("calm"), bank("called")
    assert open_notes(calm) == open_notes(called) > 5
    for _ in range(3):
        made = [ContactMade("k", n, 1110, Channel.CALL, Tone.PLAIN, Offer.NONE) for n in range(1, 301)]
        for one in (called.contact(each) for each in made):
            assert (one.promise_on is not None) == (one.result is Result.PROMISE) == (one.promise_share_ppm > 0)
            assert one.promise_on is None or one.promise_on > one.day
        calm.close()
        called.close()
    (part,) = called._parts
    late = part.world.notes.borrower[
        (part.world.state.status == ACTIVE) & (part.world.state.oldest_row < part.world.state.next_row)
    ]
    assert set(np.flatnonzero(part.histories.attempts)) == set(late.tolist())
    for one_bank in (calm, called):
        one_bank.close_until(START + timedelta(days=17))
    assert open_notes(called) < open_notes(calm)


_CHILD = """
import sys
from datetime import date
from pathlib import Path
from huikuan.lab.contact_parameters import contact_shipped
from huikuan.lab.live import LiveOrder
from huikuan.lab.live_loop import live_open, live_run
from huikuan.lab.parameters import parameters_shipped
place = Path(sys.argv[1])
order = LiveOrder(seed=5, borrowers=120, start=date(2025, 6, 1))
with live_open(order, parameters_shipped(), contact_shipped(), inbox=place / "inbox", folder=place / "live") as live:
    live.catch_up(date(2025, 6, 2))
    live_run(live, speed=144, days=None, told=lambda line: print(line, flush=True))
"""


def wait_for(happened: Callable[[], bool]) -> None:
    ends = time.monotonic() + 300
    while not happened():
        assert time.monotonic() < ends
        time.sleep(0.05)


@pytest.mark.django_db
def test_three_days_lived_by_a_process_that_is_killed_are_taken_by_real_nights(
    undisturbed: Path, tmp_path: Path
) -> None:
    (tmp_path / "live" / "asked").mkdir(parents=True)
    child = subprocess.Popen([sys.executable, "-c", _CHILD, str(tmp_path)], stdout=subprocess.DEVNULL)
    try:
        wait_for(lambda: delivered_last(tmp_path / "inbox") == date(2025, 6, 2))
        for number in range(1, ORDER.borrowers + 1):
            ask(tmp_path, f"2025-06-03-{number:03d}", party=f"P{number:08d}")
        wait_for(lambda: len(list((tmp_path / "live" / "answered").glob("*.json"))) == ORDER.borrowers)
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()
    with opened(tmp_path, order=None) as live:
        live.catch_up()
        while live.bank.open_day < START + timedelta(days=4):
            live.day_close()
    wanted = files(undisturbed)
    found = files(tmp_path)
    later = ("2025-06-04", "2025-06-05")  # the undisturbed bank was visited on the fourth
    assert found.keys() == {name for name in wanted if "2025-06-05" not in name}
    assert all(content == wanted[name] for name, content in found.items() if not any(day in name for day in later))
    bank_id = simulated_bank_ensure(by=Who.program("test"), at=AT)
    bank = BankFact(bank_id, "qinghe", "Asia/Shanghai", 2)
    for day in range(4):
        nights_run(
            bank, START + timedelta(days=day), NightPlaces(tmp_path / "lake", tmp_path / "inbox"), Silent()
        )  # fmt: skip
    with bank_scope(bank_id):
        assert not Reject.objects.filter(bank_id=bank_id).exists()
        assert book_freshness(bank_id=bank_id, today=date(2025, 6, 5)).business_date == date(2025, 6, 4)
