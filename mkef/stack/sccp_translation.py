"""Global title translation: a small table of prefixes (ITU-T Q.714 clause 2.4)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mkef_codecs.ss7.sccp import GlobalTitle, ReturnCause, SccpAddress

E164, E212, E214 = 1, 6, 7  # numbering plans (Q.713 clause 3.4.2.3.3)
MAX_DIGITS = 15  # of E.164 and E.214: what is longer loses its end (E.214)
MAX_ROUNDS = 4  # a row that replaces digits may lead to another one


@dataclass(frozen=True, slots=True)
class Translation:
    """A row: titles that begin with `prefix`, and what becomes of them.

    `replace_with` exchanges the prefix, which is how an IMSI becomes an E.214 mobile global title.
    `point_code` says where the message goes, `backup_point_code` where if that is out of reach;
    with `ssn` the translation is final, without it the title is translated again there.
    """

    prefix: str
    numbering_plan: int = E164
    nature_of_address: int = 4
    translation_type: int = 0
    replace_with: str | None = None
    new_numbering_plan: int | None = None
    point_code: int | None = None
    backup_point_code: int | None = None
    ssn: int | None = None

    def kind(self) -> tuple[int, int, int]:
        """What a title must be for this row, besides its digits."""
        return self.translation_type, self.numbering_plan, self.nature_of_address

    def changed(self, title: GlobalTitle) -> GlobalTitle:
        """The title with another prefix and numbering plan, as far as the row says so."""
        if self.replace_with is None:
            return title
        digits = (self.replace_with + title.digits.removeprefix(self.prefix))[:MAX_DIGITS]
        plan = self.new_numbering_plan or title.numbering_plan
        return replace(title, digits=digits, numbering_plan=plan)


@dataclass(frozen=True, slots=True)
class Translated:
    """The called party as it is sent, and the point codes that may take it, the best first.

    None of them: the rows have only changed the title, and another node knows where it goes.
    """

    address: SccpAddress
    point_codes: tuple[int, ...]


class NoTranslation(Exception):
    """No row for a title; the return cause says whether any row is for titles of its nature."""

    def __init__(self, title: GlobalTitle, cause: ReturnCause) -> None:
        super().__init__(f"no translation for the global title {title.digits}: {cause.name}")
        self.cause = cause


class TranslationTable:
    """Rows, of which the longest prefix decides."""

    def __init__(self, rows: tuple[Translation, ...] = ()) -> None:
        self._rows = {(*row.kind(), row.prefix): row for row in rows}
        self._kinds = {row.kind() for row in rows}

    def __bool__(self) -> bool:
        return bool(self._rows)

    def translate(self, address: SccpAddress) -> Translated:
        """Where an address that routes on its global title goes; raises NoTranslation."""
        assert address.global_title is not None
        title, changed = address.global_title, False
        for _ in range(MAX_ROUNDS):
            try:
                row = self._row(title)
            except NoTranslation:
                if not changed:
                    raise
                break
            title, changed = row.changed(title), True
            if row.point_code is not None:
                return _translated(row, replace(address, global_title=title))
        return Translated(replace(address, global_title=title), ())

    def _row(self, title: GlobalTitle) -> Translation:
        kind = (title.translation_type, title.numbering_plan, title.nature_of_address)
        for length in range(len(title.digits), -1, -1):
            row = self._rows.get((*kind, title.digits[:length]))
            if row is not None:
                return row
        known = kind in self._kinds
        raise NoTranslation(
            title,
            ReturnCause.NO_TRANSLATION if known else ReturnCause.NO_TRANSLATION_OF_SUCH_NATURE,
        )


def _translated(row: Translation, address: SccpAddress) -> Translated:
    assert row.point_code is not None
    codes = tuple(c for c in (row.point_code, row.backup_point_code) if c is not None)
    if row.ssn is None:
        return Translated(address, codes)
    final = SccpAddress(row.ssn, row.point_code, address.global_title, route_on_ssn=True)
    return Translated(final, codes)
