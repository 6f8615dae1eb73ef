"""Parameters of how a contact is answered: whole numbers with their basis, in ``policies/contact.yaml``.

Orders: channels as `rules.contact.Channel`, tones as ``Tone``, offers as ``Offer``, five parts of the day as ``Part``,
tenths of borrowers with the best first. Fitted shares stand in `parameters` (``answers``, ``afterwards``).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Final

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from huikuan.lab.parameters import PPM, Figure, Figures, ParametersInvalidError
from huikuan.portfolio.yaml_strict import yaml_load

CONTACT: Final = Path(__file__).with_name("policies") / "contact.yaml"
TONE_HELPS_MOST_PPM: Final = 1_050_000
"""No file can make a harsher tone more than a twentieth better than a friendly one at getting a promise."""
CHANNELS, TONES, OFFERS, PARTS, TENTHS, ENDS = 6, 4, 4, 5, 10, 2
_FRIENDLY: Final = 1


def _of(count: int) -> AfterValidator:
    def check(found: Figures) -> Figures:
        if len(found.values) != count or min(found.values) < 0:
            raise ValueError(f"{count} numbers of 0 or more")
        return found

    return AfterValidator(check)


def _tone_helps_little(found: Figures) -> Figures:
    if max(found.values) * PPM > found.values[_FRIENDLY] * TONE_HELPS_MOST_PPM:
        raise ValueError(f"no tone above {TONE_HELPS_MOST_PPM} ppm of the friendly one")
    return found


def _rising(found: Figures) -> Figures:
    if list(found.values) != sorted(found.values):
        raise ValueError("numbers that do not fall: a harsher tone never causes less trouble")
    return found


Channels = Annotated[Figures, _of(CHANNELS)]
Tones = Annotated[Figures, _of(TONES)]
Offers = Annotated[Figures, _of(OFFERS)]
Parts = Annotated[Figures, _of(PARTS)]
Tenths = Annotated[Figures, _of(TENTHS)]
Span = Annotated[Figures, _of(ENDS)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Reach(_Strict):
    """Whether somebody is reached; factors on the fitted share of the attempt."""

    channels_ppm: Channels
    at_early_ppm: Parts  # by habit of the phone (People.phone_hours), over the parts of the day
    at_noon_ppm: Parts
    at_evening_ppm: Parts
    hardly_ppm: Parts
    at_home_ppm: Parts  # visits and letters, whatever the habit of the phone
    told_ppm: Figure  # of calls to somebody else's number: he says so
    calls_back_ppm: Figure  # of those not reached: call the bank themselves
    calls_back_days: Span
    told_of_death_ppm: Figure  # of contacts to the dead: a relative says so


class Answer(_Strict):
    """What those who are reached say and do; factors on the fitted share of the willing."""

    tones_ppm: Annotated[Tones, AfterValidator(_tone_helps_little)]
    offers_ppm: Offers
    willingness_ppm: Tenths
    ability_ppm: Tenths  # whether a promise is kept
    promise_days: Span
    part_share_ppm: Span
    reminded_ppm: Figure
    reminded_days: Span
    denies_ppm: Figure
    thief_denies_ppm: Figure  # of those in whose name somebody else borrowed
    asks_relief_ppm: Figure
    relief_offered_ppm: Figure


class Trouble(_Strict):
    """Irritation and complaints. Irritation is a share of a million: so much less often he answers and agrees."""

    complains_ppm: Figure
    tones_ppm: Annotated[Tones, AfterValidator(_rising)]
    irritable_ppm: Tenths
    at_night_ppm: Figure
    special_ppm: Figure
    stranger_ppm: Figure
    irritates_ppm: Annotated[Tones, AfterValidator(_rising)]  # added by one contact that arrives
    calms_a_day_ppm: Figure  # what is left of it after a day
    most_ppm: Figure


class ContactParameters(_Strict):
    """Everything that an answer depends on beside the fitted shares."""

    reach: Reach
    answer: Answer
    trouble: Trouble


def contact_load(path: Path = CONTACT) -> ContactParameters:
    """Read a file of contact parameters. Raises ParametersInvalidError, naming the place; OSError if there is none."""
    try:
        return ContactParameters.model_validate(yaml_load(path.read_text(encoding="utf-8")))
    except yaml.YAMLError as error:
        raise ParametersInvalidError(f"{path}: {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ParametersInvalidError(f"{path}: {place}: {first['msg']}, found {first['input']!r}") from error


@cache
def contact_shipped() -> ContactParameters:
    """The contact parameters that are shipped; read once."""
    return contact_load()
