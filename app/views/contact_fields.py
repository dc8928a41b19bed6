"""Where somebody is reached outside of the program: read when asked for, and kept."""

from uuid import UUID

from PySide6.QtWidgets import QWidget

from app.commands.rota_wishes import WishContact, WishSetContact
from app.kit.layouts import Item, column, row
from app.kit.view import View
from app.kit.widgets import LineField, button, label, set_text, set_words
from protocol.on_call import Contact


class ContactFields(View):
    """`names` begins the names of the fields; `across`: side by side."""

    def __init__(self, names: str, *, across: bool = False) -> None:
        super().__init__()
        self._person: UUID | None = None
        self._filled: UUID | None = None
        self._head = label(f"{names}Contact", "fieldname" if across else "lead")
        self._mail, self._phone = LineField(f"{names}Mail"), LineField(f"{names}Phone")
        self._reach = button(f"{names}ReadContact", self._wish_contact, "quiet")
        self._keep = button(f"{names}SaveContact", self._wish_set_contact)
        self._fields = QWidget()
        fields: tuple[Item, ...] = (self._mail, self._phone, row(self._keep, None))
        self._fields.setLayout(row(*fields) if across else column(*fields))
        head = row(self._head, self._reach, None)
        rest: tuple[Item, ...] = () if across else (row(self._reach, None),)
        self.setLayout(column(head if across else row(self._head, None), *rest, self._fields))
        self.words()

    def show_person(
        self, person: UUID | None, contact_of: UUID | None, contact: Contact | None
    ) -> None:
        """`contact` is that of `contact_of`; what is being written stays."""
        self._person = person
        there = person is not None and contact_of == person and contact is not None
        self._reach.setVisible(not there)
        self._fields.setVisible(there)
        if not there:
            self._filled = None
        elif contact is not None and self._filled != person:
            self._filled = person
            set_text(self._mail.line, contact.mail)
            set_text(self._phone.line, contact.phone)

    def set_head(self, text: str) -> None:
        self._head.setText(text)

    def words(self) -> None:
        self._mail.set_name(self.tr("Mail address"))
        self._phone.set_name(self.tr("Mobile number for text messages"))
        set_words(self._reach, self.tr("Show contact"))
        self._reach.setToolTip(self.tr("That it is read is recorded in the audit trail."))
        set_words(self._keep, self.tr("Save contact"))

    def _wish_contact(self) -> None:
        if self._person is not None:
            self.wished.emit(WishContact(self._person))

    def _wish_set_contact(self) -> None:
        if self._person is None:
            return
        contact = read_contact(self._mail.text, self._phone.text)
        self._mail.set_problem("" if contact else self.tr("Check mail address and number."))
        if contact is not None:
            self.wished.emit(WishSetContact(self._person, contact))


def read_contact(mail: str, phone: str) -> Contact | None:
    """None where one of them cannot be right."""
    try:
        return Contact(mail=mail, phone=phone)
    except ValueError:
        return None
