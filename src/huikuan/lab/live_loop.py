"""The clock of a bank that is lived, and the folder through which contacts reach it.

    <folder>/live.json        which bank: order, parameters other than those shipped, a hash of all parameters
    <folder>/contacts.jsonl   the contacts in the order in which they were answered, each with its day
    <folder>/asked/<key>.json      a contact that waits; written whole, then renamed
    <folder>/answered/<key>.json   what became of it
    <folder>/journal/         made anew at every start
    <folder>/truth/           of the days that were closed when the bank was last ended; a kill writes none

A contact is written to ``contacts.jsonl`` before it is answered, and a day is closed only after its contacts: whoever
kills the process loses nothing, and the next start answers what waits.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from huikuan.kernel.errors import ConflictError, DomainError
from huikuan.lab.contact_parameters import ContactParameters
from huikuan.lab.live import ContactMade, LiveBank, LiveOrder, contact_read, delivered_last
from huikuan.lab.parameters import Parameters, parameters_shipped
from huikuan.lab.places import BANK_CODE
from huikuan.lab.rules.contact import Channel, Offer, Tone
from huikuan.portfolio.intake.manifest import MANIFEST

ORDER, CONTACTS, ASKED, ANSWERED, JOURNAL, TRUTH, LOCK = (
    "live.json", "contacts.jsonl", "asked", "answered", "journal", "truth", "live.lock",
)  # fmt: skip
SECONDS_A_DAY: Final = 86_400
_LOOK_SECONDS: Final = 0.1
Told = Callable[[str], None]


class LiveBankOtherError(ConflictError):
    """The folder belongs to another bank, or its history cannot be repeated."""

    code = "lab.live_other"

    def __init__(self, folder: Path, why: str) -> None:
        super().__init__(f"{folder} holds a bank that {why}. Choose another folder and an empty inbox for a new one.")


class LiveBankBusyError(ConflictError):
    """Another process lives the bank."""

    code = "lab.live_busy"

    def __init__(self, folder: Path) -> None:
        super().__init__(f"Another process lives the bank in {folder}. End it first.")


class Live:
    """A bank, its inbox and its folder; made by ``live_open``."""

    def __init__(self, bank: LiveBank, *, inbox: Path, folder: Path) -> None:
        self.bank, self.inbox, self.folder = bank, inbox, folder
        self._answered: dict[str, dict[str, object]] = {}  # of all days: who asks again under a key is told again

    def catch_up(self, until: date | None = None) -> None:
        """Live to the last delivery with the contacts that were made, and to ``until`` if that is later.

        Ends in the open day, whose contacts are made again too; never before that of the last contact, though its
        deliveries may have been taken away.
        """
        last = delivered_last(self.inbox)
        first, made = self.bank.open_day, self._made()
        contacted = max(made) - timedelta(days=1) if made else None
        target = max(day for day in (last, until, contacted, self.bank.day) if day is not None)
        for day in sorted({one for one in made if one <= target}):
            self.bank.close_until(day - timedelta(days=1))
            self._repeat(made[day])
        self.bank.close_until(target)
        if last is not None and (last < first or not self.bank.is_ours(self.inbox, last)):
            raise LiveBankOtherError(self.inbox, "is not the one that is to be lived")
        _halves_remove(self.inbox)
        if target >= first:
            self.bank.deliver(self.inbox, first=first, last=target)
        self._repeat(made.get(self.bank.open_day, []))

    def contacts_answer(self) -> int:
        """Answer the contacts that wait, in the order of their keys; return how many."""
        waiting = sorted((self.folder / ASKED).glob("*.json"))
        for file in waiting:
            answer: dict[str, object]
            try:
                made = self._read(file)
            except DomainError as error:
                answer = {"key": file.stem, "error": error.message}
            else:
                known = self._answered.get(made.key)
                answer = self._answer(made) if known is None else known
            _write(self.folder / ANSWERED / file.name, answer)
            file.unlink()
        return len(waiting)

    def day_close(self) -> date:
        """Close the open day and deliver it; return it."""
        day = self.bank.open_day
        self.bank.close()
        self.bank.deliver(self.inbox, first=day, last=day)
        return day

    def truth_tell(self) -> None:
        """Write what is true of all closed days and no delivery says."""
        self.bank.truth_tell(self.folder / TRUTH)

    def _repeat(self, made: list[ContactMade]) -> None:
        self._answered |= {one.key: _told(self.bank, one) for one in made}

    def _answer(self, made: ContactMade) -> dict[str, object]:
        line = {
            "day": self.bank.open_day.isoformat(), "key": made.key, "number": made.number, "minute": made.minute,
            "channel": made.channel.name.lower(), "tone": made.tone.name.lower(), "offer": made.offer.name.lower(),
        }  # fmt: skip
        with (self.folder / CONTACTS).open("a", encoding="utf-8") as log:
            log.write(json.dumps(line) + "\n")
            log.flush()
            os.fsync(log.fileno())
        self._answered[made.key] = told = _told(self.bank, made)
        return told

    def _read(self, file: Path) -> ContactMade:
        try:
            given: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
            words = {name: str(given[name]) for name in ("party", "channel", "tone", "offer")}
            minute = int(given["minute"])
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
            raise LiveContactFormError(file, error) from error
        return contact_read(key=file.stem, minute=minute, borrowers=self.bank.order.borrowers, **words)

    def _made(self) -> dict[date, list[ContactMade]]:
        """The contacts of each day. A last line that was cut off by a kill was never answered: it is dropped."""
        log = self.folder / CONTACTS
        if not log.exists():
            return {}
        content = log.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]
        if len(whole) < len(content):
            os.truncate(log, len(whole))  # it is the only record: never written anew
        found: dict[date, list[ContactMade]] = {}
        for line in whole.decode().splitlines():
            one = json.loads(line)
            made = ContactMade(
                one["key"], one["number"], one["minute"], Channel[one["channel"].upper()], Tone[one["tone"].upper()],
                Offer[one["offer"].upper()],
            )  # fmt: skip
            found.setdefault(date.fromisoformat(one["day"]), []).append(made)
        return found


class LiveContactFormError(DomainError):
    """A file of a contact is not what it should be."""

    code = "lab.contact_form"

    def __init__(self, file: Path, error: Exception) -> None:
        super().__init__(
            f"{file.name} is not a contact ({type(error).__name__}: {error}); expected JSON with party, channel, tone, "
            "offer and minute."
        )


@contextmanager
def live_open(
    order: LiveOrder | None, parameters: Parameters | None, about: ContactParameters, *, inbox: Path, folder: Path
) -> Iterator[Live]:
    """Open a bank to live it; without an order the one that the folder holds. One process at a time.

    Without parameters those that the folder was first given, or else those that are shipped.

    Raises LiveBankOtherError, LiveBankBusyError.
    """
    for name in (ASKED, ANSWERED):
        (folder / name).mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise LiveBankBusyError(folder) from error
        wanted, parameters = _order_kept(folder, order, parameters, about)
        shutil.rmtree(folder / JOURNAL, ignore_errors=True)
        yield Live(LiveBank(wanted, parameters, about, journal=folder / JOURNAL), inbox=inbox, folder=folder)


def _order_kept(
    folder: Path, order: LiveOrder | None, parameters: Parameters | None, about: ContactParameters
) -> tuple[LiveOrder, Parameters]:
    """Return the order of the folder and its parameters, kept there at the first start."""
    file = folder / ORDER
    if not file.exists():
        if order is None:
            raise LiveBankOtherError(folder, "was never started: seed, borrowers and first day are needed")
        kept = {
            "seed": order.seed,
            "borrowers": order.borrowers,
            "start": order.start.isoformat(),
            "parameters": _digest(parameters or parameters_shipped(), about),
            "given": None if parameters is None else parameters.model_dump(mode="json"),
        }
        _write(file, kept)
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    kept_order = LiveOrder(found["seed"], found["borrowers"], date.fromisoformat(found["start"]))
    if order is not None and order != kept_order:
        raise LiveBankOtherError(folder, "has another seed, size or first day")
    if parameters is None:
        given = found.get("given")
        parameters = parameters_shipped() if given is None else Parameters.model_validate(given)
    if found["parameters"] != _digest(parameters, about):
        raise LiveBankOtherError(folder, "was lived with other parameters, so that its past cannot be repeated")
    return kept_order, parameters


def _digest(parameters: Parameters, about: ContactParameters) -> str:
    return hashlib.sha256((parameters.model_dump_json() + about.model_dump_json()).encode()).hexdigest()


def live_run(
    live: Live,
    *,
    speed: int,
    days: int | None,
    told: Told,
    after_day: Callable[[date], None] = lambda _day: None,
) -> None:
    """Let days go by, each for 86,400 ÷ ``speed`` seconds, answering contacts; ``days`` None goes on for ever.

    ``after_day`` is called with each day once its delivery is complete.
    """
    done = 0
    while days is None or done < days:
        ends = time.monotonic() + SECONDS_A_DAY / speed
        while (left := ends - time.monotonic()) > 0:
            live.contacts_answer()
            time.sleep(min(_LOOK_SECONDS, left))
        answered = live.contacts_answer()
        day = live.day_close()
        told(f"{day} delivered" + (f", {answered} contacts in its last moment" if answered else ""))
        after_day(day)
        done += 1


def _halves_remove(inbox: Path) -> None:
    """Remove deliveries that a kill has left without their manifest; they are made again."""
    for folder in (inbox / BANK_CODE).glob("????-??-??"):
        if not (folder / MANIFEST).exists():
            shutil.rmtree(folder)


def _told(bank: LiveBank, made: ContactMade) -> dict[str, object]:
    answer = bank.contact(made)
    return {
        "key": answer.key,
        "day": answer.day.isoformat(),
        "result": answer.result.name.lower(),
        "complains": answer.complains,
        "promise_on": None if answer.promise_on is None else answer.promise_on.isoformat(),
        "promise_share_ppm": answer.promise_share_ppm,
        "calls_back_on": None if answer.calls_back_on is None else answer.calls_back_on.isoformat(),
    }


def _write(file: Path, document: dict[str, object]) -> None:
    part = file.with_name(f".{file.name}.part")
    text = json.dumps(document, ensure_ascii=False) + "\n"
    part.write_text(text, encoding="utf-8", errors="backslashreplace")  # half a character, as JSON writes it
    part.replace(file)
