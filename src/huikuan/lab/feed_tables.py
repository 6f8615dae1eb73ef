"""Feeds as SQL over the journal: a SELECT for each, in the columns of its contract, with the day of delivery.

Relations: ``person``, ``note``, ``instalment``, ``drawn``, ``paid``, ``ended``, ``truth``, ``figure``, ``card`` of the
journal; ``contract_known``, ``party_known``, ``note_known``, ``outlet`` and ``officer`` of `feeds.journal_open`.
Days are numbers. ``{first}`` and ``{last}`` bound the days of delivery, ``{start}`` is the first delivery of all,
``{day}`` the day of a feed that says all that holds.
"""

# ruff: noqa: S608 - all that is put into the SQL are words of this package and whole numbers

from __future__ import annotations

from typing import Final

from huikuan.lab.happened import TRUTHS
from huikuan.lab.places import FIRMS, GIVEN_FIRST, GIVEN_SECOND, SURNAMES, TRADES, VILLAGES
from huikuan.lab.rules.identity import RELATED
from huikuan.lab.rules.products import BUSINESS, CIRCLE_LOAN, MORTGAGE, OLD, PRODUCTS
from huikuan.lab.rules.schedules import METHODS, SETTLED_INTEREST
from huikuan.lab.world import ACTIVE, CHARGED_OFF, SETTLED


def _words(words: tuple[str, ...], place: str) -> str:
    return f"[{', '.join(repr(word) for word in words)}][({place}) % {len(words)} + 1]"


def _yuan(minor: str) -> str:
    return f"(({minor})::decimal(18, 0) * 0.01)::decimal(18, 2)"


def _percent(ppm: str) -> str:
    return f"(({ppm})::decimal(18, 0) * 0.0001)::decimal(9, 4)"


def _date(day: str) -> str:
    return f"(date '1970-01-01' + ({day})::integer)"


def _party(number: str) -> str:
    return f"printf('P%08d', {number})"


def _contract(contract: str) -> str:
    return f"printf('C%010d', {contract})"


def _note(note: str) -> str:
    return f"printf('N%010d', {note})"


def _name(surname: str, given: str) -> str:
    first = _words(GIVEN_FIRST, f"{given} // 20")
    return f"{_words(SURNAMES, surname)} || {first} || {_words(GIVEN_SECOND, given)}"


_COMPANY: Final = (
    f"'青禾县' || {_words(FIRMS, 'surname')} || {_words(TRADES, 'given')} || "
    "case when given % 3 = 0 then '专业合作社' else '有限公司' end"
)
_CARD: Final = "identity::varchar || substr('10X98765432', identity_check::integer + 1, 1)"
_CODE: Final = "identity::varchar || substr('0123456789ABCDEFGHJKLMNPQRTUWXY', identity_check::integer + 1, 1)"
_RELATED_CARD: Final = "related_identity::varchar || substr('10X98765432', related_check::integer + 1, 1)"
_RELATED_NUMBER: Final = f"number + {RELATED}"
_ADDRESS: Final = (
    "'青禾县' || town || '镇' || "
    + _words(VILLAGES, "village")
    + " || '河村' || (number % 9 + 1 + {moves}) || '组' || (number % 200 + 1) || '号'"
)
STATUS: Final = {ACTIVE: "active", SETTLED: "settled", CHARGED_OFF: "charged_off"}
_SWITCH_STATUS: Final = " ".join(f"when {code} then '{word}'" for code, word in STATUS.items())
_METHOD: Final = "[" + ", ".join(f"'{one.value}'" for one in METHODS) + "][method + 1]"
_CODES: Final = "[" + ", ".join(f"'{one.code}'" for one in PRODUCTS) + "][product + 1]"
MOVED, NUMBER_CHANGED, FAILED = (TRUTHS.index(kind) for kind in ("moved", "number_changed", "failed_debit"))
DIED, TWICE, CAME_LATE = (TRUTHS.index(kind) for kind in ("died", "booked_twice", "came_late"))

# Feeds of which rows come on their day (by ``feed_day``).
CHANGES: Final[dict[str, str]] = {
    "party": f"""
        select feed_day, {_party("number")} as party_id,
            case when enterprise = 1 then 'enterprise' else 'person' end as party_kind,
            case when enterprise = 1 then {_COMPANY} else {_name("surname", "given")} end as name,
            case when enterprise = 1 then 'credit_code' else 'id_card' end as identity_kind,
            case when enterprise = 1 then {_CODE} else {_CARD} end as identity_number,
            o.code as region
        from party_known join person using (number) join outlet as o using (outlet)
        where feed_day between {{first}} and {{last}}
        union all
        select feed_day, {_party(_RELATED_NUMBER)}, 'person', {_name("surname + 17", "given * 3 + 5")},
            'id_card', {_RELATED_CARD}, o.code
        from party_known join person using (number) join outlet as o using (outlet)
        where (married = 1 or enterprise = 1) and feed_day between {{first}} and {{last}}
        order by 1, 2""",
    "contract": f"""
        select feed_day, {_contract("contract")} as contract_id, {_party("number")} as party_id,
            o.code as institution_code, {_CODES} as product_code, {_yuan("amount")} as amount,
            {_date("signed")} as signed_on, {_date("expires")} as expires_on
        from contract_known join person using (number) join outlet as o using (outlet)
        where feed_day between {{first}} and {{last}} order by 1, 2""",
    "note": f"""
        with told as (
            select note, feed_day from note_known where feed_day between {{first}} and {{last}}
            union
            select note, greatest(day, {{start}}) from ended
            where greatest(day, {{start}}) between {{first}} and {{last}}
        ), standing as (
            select t.note, t.feed_day, coalesce(arg_max(e.status, e.day), {ACTIVE}) as status
            from told as t left join ended as e on e.note = t.note and e.day <= t.feed_day
            group by t.note, t.feed_day
        )
        select s.feed_day, {_note("n.note")} as note_id, {_contract("contract")} as contract_id,
            {_yuan("principal")} as principal, {_date("disbursed")} as disbursed_on, {_date("matures")} as matures_on,
            {_percent("rate_ppm")} as annual_rate_pct, {_METHOD} as repayment_method,
            count as instalment_count, {_date("first_due")} as first_due_on,
            {_percent("penalty_ppm")} as penalty_rate_pct,
            case when compounds = 1 then 'quarterly' else 'none' end as compound,
            case status {_SWITCH_STATUS} end as core_status,
            case when method = {SETTLED_INTEREST} then 'quarterly' else 'monthly' end as frequency
        from standing as s join note as n on n.note = s.note order by 1, 2""",
    "instalment": f"""
        select k.feed_day, {_note("i.note")} as note_id, seq, {_date("due")} as due_on,
            {_yuan("principal")} as principal, {_yuan("interest")} as interest, {_yuan("0")} as costs
        from note_known as k join instalment as i using (note)
        where k.feed_day between {{first}} and {{last}} order by 1, 2, 3""",
    "repayment": f"""
        with due as (
            select p.*, late.who is not null and month(d) = month(d + 1) and day(d) > 1 as late,
                twice.who is not null and month(d) = month(d + 1) as twice
            from (select *, {_date("day")} as d from paid) as p
            left join truth as late on late.kind = {CAME_LATE} and late.who = note and late.day = p.day
            left join truth as twice on twice.kind = {TWICE} and twice.who = note and twice.day = p.day
        ), told as (
            select day + late::integer as on_day, 0 as part, note, day, amount, payer, second from due
            union all
            select day + late::integer, 1, note, day, amount, payer, second + 60 from due where twice
            union all
            select day + 1 + late::integer, 2, note, day, amount, payer, second + 120 from due where twice
        )
        select greatest(on_day, {{start}}) as feed_day, {_note("note")} as note_id,
            printf('R%010d.%05d', note, day) || ['', 'd', 'x'][part + 1] as core_ref,
            {_date("day")} as value_on,
            strftime({_date("day")} + to_seconds(second), '%Y-%m-%dT%H:%M:%S+08:00') as received_at,
            {_yuan("amount")} as amount,
            case when part = 2 then printf('R%010d.%05dd', note, day) end as reverses,
            ['borrower', 'guarantor', 'other'][payer + 1] as payer
        from told where on_day <= {{last}} and greatest(on_day, {{start}}) between {{first}} and {{last}}
        order by 1, day, 2, 3""",
    "loan_event": f"""
        select greatest(day, {{start}}) as feed_day, {_note("note")} as note_id,
            printf('E%010d.%05d', note, day) as core_ref, 'charge_off' as kind, {_date("day")} as value_on,
            strftime({_date("day")}, '%Y-%m-%dT23:00:00+08:00') as recorded_at
        from ended where status = {CHARGED_OFF} and day <= {{last}}
            and greatest(day, {{start}}) between {{first}} and {{last}} order by 1, 2""",
    "monthly_status": f"""
        select greatest(day, {{start}}) as feed_day, printf('K%08d', number) as account_id,
            date_trunc('month', {_date("day")})::date as month,
            ['m0', 'm1', 'm2', 'm3', 'm4', 'm5', 'm6', 'm7_plus', 'charged_off'][bucket + 1] as status,
            {_yuan("balance")} as balance,
            {_yuan("case when bucket = 0 then 0 else balance * least(bucket, 8) // 8 end")} as overdue
        from card where day <= {{last}} and greatest(day, {{start}}) between {{first}} and {{last}} order by 1, 3, 2""",
}

_BALANCE: Final = "case when late.note is null then 50000 + number * 7919 % 3000000 else number % 9000 end"
_ON_BOOKS: Final = "note_known as k join note using (note) join person using (number) join outlet as o using (outlet)"
_IN_FORCE: Final = f"""k.feed_day <= {{day}} and not exists (
    select 1 from ended as e where e.note = k.note and e.status = {SETTLED} and e.day <= {{day}})"""

# Feeds that say all that holds, on the first day of delivery and at the first of a month.
STANDING: Final[dict[str, str]] = {
    "management": f"""
        select {_note("k.note")} as note_id, f.code as officer_code, f.name as officer_name, o.code as department_code
        from {_ON_BOOKS} join officer as f using (outlet, officer) where {_IN_FORCE} order by 1""",
    "contact_point": f"""
        with told as (
            select who, count(*) filter (kind = {MOVED}) as moves, count(*) filter (kind = {NUMBER_CHANGED}) as numbers,
                max(day) filter (kind = {MOVED}) as moved_on, max(day) filter (kind = {NUMBER_CHANGED}) as number_on
            from truth where kind in ({MOVED}, {NUMBER_CHANGED}) and what = 1 and day <= {{day}} group by who
        ), known as (
            select p.*, o.town, k.feed_day, k.since, coalesce(moves, 0) as moves, coalesce(numbers, 0) as numbers,
                moved_on, number_on
            from party_known as k join person as p using (number) join outlet as o using (outlet)
            left join told on told.who = number where k.feed_day <= {{day}}
        )
        select printf('T%08d.1', number) as contact_id, {_party("number")} as party_id, 'mobile' as kind,
            case when numbers > 0 then mobile_next else mobile end::varchar as value, 'own' as label,
            case when numbers > 0 then 'borrower' else 'application' end as source, 'contract' as legal_basis,
            {_date("coalesce(number_on, since)")} as recorded_on, 'false' as service_address
        from known
        union all
        select printf('T%08d.2', number), {_party("number")}, 'address', {_ADDRESS.format(moves="moves * 3")}, 'home',
            case when moves > 0 then 'core_update' else 'contract' end, 'contract',
            {_date("coalesce(moved_on, since)")}, case when number % 3 = 0 then 'true' else 'false' end
        from known
        union all
        select printf('T%08d.3', number), {_party(_RELATED_NUMBER)}, 'mobile', related_mobile::varchar, 'own',
            'contract', 'contract', {_date("since")}, 'false'
        from known where married = 1 or enterprise = 1
        order by 1""",
    "party_statement": f"""
        select printf('S%08d.1', number) as statement_id, {_party("number")} as party_id, 'card' as system,
            'phone' as field, case when card_mobile_next = 1 then mobile_next else mobile end::varchar as value,
            {_date("since")} as stated_on
        from party_known join person using (number) where card = 1 and feed_day <= {{day}}
        union all
        select printf('S%08d.2', number), {_party("number")}, 'bureau', 'monthly_income',
            stated_income::varchar, {_date("since")}
        from party_known join person using (number) where enterprise = 0 and number % 3 = 0 and feed_day <= {{day}}
        order by 1""",
    "party_relation": f"""
        select {_party("number")} as party_id, {_party(_RELATED_NUMBER)} as other_party_id,
            case when enterprise = 1 then 'legal_representative' else 'spouse' end as relation,
            null::date as since_on
        from party_known join person using (number)
        where (married = 1 or enterprise = 1) and feed_day <= {{day}} order by 1""",
    "contract_party": f"""
        select {_contract("contract")} as contract_id, {_party(_RELATED_NUMBER)} as party_id, 'co_borrower' as role,
            {_date("signed")} as from_on, null::date as to_on
        from contract_known join person using (number)
        where married = 1 and enterprise = 0 and feed_day <= {{day}}
            and (product = {MORTGAGE} or number % 4 = 0) and product not in ({CIRCLE_LOAN}, {OLD})
        union all
        select {_contract("contract")}, {_party(_RELATED_NUMBER)}, 'heir', {_date("d.day + 60")}, null::date
        from contract_known join person using (number)
        join truth as d on d.who = number and d.kind = {DIED} and d.day + 60 <= {{day}}
        where married = 1 and enterprise = 0 and feed_day <= {{day}} and signed < d.day
            and not ((product = {MORTGAGE} or number % 4 = 0) and product not in ({CIRCLE_LOAN}, {OLD}))
        order by 1, 2, 3""",
    "guarantee": f"""
        select printf('G%010d.%01d', c.contract, g.number % 5) as guarantee_id,
            {_contract("c.contract")} as contract_id, {_party("g.number")} as guarantor_party_id,
            'joint' as liability, 'true' as maximum_amount,
            {_yuan("c.amount")} as amount, null::date as fixed_on, {_date("c.signed")} as starts_on,
            {_date("c.expires + 1095")} as ends_on
        from contract_known as c join person as p using (number)
        join person as g on g.circle = p.circle and g.number <> p.number
        join party_known as known on known.number = g.number and known.feed_day <= {{day}}
        where c.product = {CIRCLE_LOAN} and p.circle >= 0 and c.feed_day <= {{day}}
        union all
        select printf('G%010d.r', c.contract), {_contract("c.contract")}, {_party(_RELATED_NUMBER)}, 'joint', 'false',
            {_yuan("c.amount")}, null::date, {_date("c.signed")}, {_date("c.expires + 1095")}
        from contract_known as c join person using (number)
        where c.product = {BUSINESS} and enterprise = 1 and c.feed_day <= {{day}}
        order by 1""",
    "collateral": f"""
        select printf('M%010d', contract) as collateral_id, {_contract("contract")} as contract_id,
            {_party("number")} as owner_party_id,
            case when product = {MORTGAGE} then 'residential'
                else ['commercial', 'machinery', 'land', 'vehicle'][number % 4 + 1] end as kind,
            'false' as pledge, case when product = {MORTGAGE} then 'false' else 'true' end as maximum_amount,
            {_yuan("amount")} as secured_amount, {_yuan("amount * (12 + number % 8) // 10")} as appraised_amount,
            {_date("signed - 20")} as appraised_on, {_date("signed - 5")} as registered_on, 1 as rank
        from contract_known where product in ({MORTGAGE}, {BUSINESS}) and feed_day <= {{day}} order by 1""",
    "repayment_account": f"""
        with failed as (
            select distinct who from truth where kind = {FAILED} and day between {{day}} - 31 and {{day}} - 1
        ),
        late as (select note from figure where day = {{day}} - 1 and overdue_principal + overdue_interest > 0)
        select {_note("k.note")} as note_id, printf('62990%012d', number * 17 % 999999999989) as account_number,
            {_yuan(_BALANCE)} as balance,
            strftime({_date("{day} - 1")}, '%Y-%m-%dT23:59:59+08:00') as balance_at,
            case when failed.who is not null then 'other' when late.note is null then 'none'
                when number % 31 = 0 then 'frozen' when number % 29 = 0 then 'closed' else 'insufficient'
            end as last_failure
        from {_ON_BOOKS} left join failed on failed.who = k.note left join late on late.note = k.note
        where {_IN_FORCE} order by 1""",
}
FIGURES: Final = f"""
    select {_note("note")} as note_id, {_date("day")} as as_of_on, {_yuan("principal")} as principal,
        {_yuan("overdue_principal")} as overdue_principal, {_yuan("overdue_interest")} as overdue_interest,
        {_yuan("penalty")} as penalty, {_yuan("compound")} as compound
    from figure where day = {{day}} order by 1"""
