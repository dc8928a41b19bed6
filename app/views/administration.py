"""Administration: institutions, people with their roles, agreements, resets."""

from collections.abc import Callable
from uuid import UUID

from pydantic import ValidationError
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QWidget,
)

from app.commands.administration_wishes import (
    WishAddAccount,
    WishAddAgreement,
    WishAddInstitution,
    WishChangeAccount,
    WishEndAgreement,
    WishResetPassword,
    WishResetSecondFactor,
)
from app.kit.layouts import column, row, surface
from app.kit.question import ask
from app.kit.view import View
from app.kit.widgets import Field, LineField, button, label, set_words
from app.models.administration import AdministrationProps, AdminRow
from app.models.passwords import weak_words
from app.models.words import word
from app.views.case_fields import chosen, combo, fill
from app.views.contact_fields import ContactFields
from app.views.expert_fields import ExpertFields, ProfileEditor
from app.views.institution_buttons import InstitutionButtons
from app.views.role_choice import RoleChoice
from protocol.account import (
    ChangeAccount,
    ExpertProfile,
    InstitutionKind,
    NewAccount,
    NewInstitution,
    Role,
)
from protocol.on_call import Contact

NEVER: tuple[AdminRow, ...] = ()


class AdminTable(QTableWidget):
    """Rows with ids; the chosen one is what the buttons act on."""

    def __init__(self, name: str, columns: int) -> None:
        super().__init__(0, columns)
        self.setObjectName(name)
        self._rows = NEVER
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def show_rows(self, rows: tuple[AdminRow, ...]) -> None:
        if rows == self._rows:
            return
        self._rows = rows
        self.setRowCount(len(rows))
        for number, entry in enumerate(rows):
            for place, text in enumerate(entry.cells):
                self.setItem(number, place, QTableWidgetItem(text))

    def chosen(self) -> AdminRow | None:
        number = self.currentRow()
        return self._rows[number] if 0 <= number < len(self._rows) else None


class NewAccountForm(QWidget):
    """The fields of a new person; experts get theirs when the role is ticked."""

    made = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._username, self._name = LineField("newUsername"), LineField("newDisplayName")
        self._password = LineField("newAccountPassword", secret=True)
        self._place_box = combo("newInstitution")
        self._place_box.setMinimumWidth(180)
        self._place = Field(self._place_box)
        self._roles = {role: QCheckBox() for role in Role}
        self._problem = label(kind="problem", wrap=True)
        self._add = button("addAccount", self._make, "primary")
        self._expert = ExpertFields("new")
        self._expert.hide()
        for role, box in self._roles.items():
            box.setObjectName(f"role_{role.value}")
        self._roles[Role.EXPERT].toggled.connect(self._expert.setVisible)
        self.setLayout(
            column(
                row(self._username, self._name, self._password, self._place),
                row(*self._roles.values(), None),
                self._expert,
                row(self._problem, None, self._add),
            )
        )

    def show_institutions(self, places: tuple[tuple[UUID, str], ...]) -> None:
        fill_ids(self._place_box, places)

    def words(self) -> None:
        self._username.set_name(self.tr("User name"), required=True)
        self._name.set_name(self.tr("Name shown"), required=True)
        self._password.set_name(self.tr("First password"), required=True)
        self._place.set_name(self.tr("Institution"))
        self._expert.words()
        for role, box in self._roles.items():
            box.setText(word(role))
            box.setAccessibleName(box.text())
        set_words(self._add, self.tr("Add this person"))

    def _make(self) -> None:
        if weak := weak_words(self._password.text, self._username.text.strip()):
            self._password.set_problem(weak)
            return
        self._password.set_problem("")
        roles = tuple(role for role, box in self._roles.items() if box.isChecked())
        try:
            body = NewAccount(
                username=self._username.text.strip().lower(),
                display_name=self._name.text,
                password=self._password.text,  # type: ignore[arg-type]  # becomes a SecretStr
                roles=roles,
                institution_id=self._place_box.currentData(),
                expert=self._expert.profile() if Role.EXPERT in roles else None,
            )
        except ValidationError:
            self._problem.setText(
                self.tr(
                    "Needed: a user name of small letters and digits, a name, a password of at "
                    "least 8 characters, and a role; for experts title and department."
                )
            )
            return
        self._problem.setText("")
        self._password.line.clear()
        self.made.emit(body)


class AdministrationPage(View):
    def __init__(self) -> None:
        super().__init__()
        self._title = label("pageTitle", "title")
        self._secret = label("temporaryPassword", "lead")
        self._people = AdminTable("accountTable", 6)
        self._places = AdminTable("institutionTable", 4)
        self._agreements = AdminTable("agreementTable", 4)
        self._add_title = label(kind="lead")
        self._form = NewAccountForm()
        self._form.made.connect(lambda body: self.wished.emit(WishAddAccount(body)))
        self._reached: tuple[UUID | None, Contact | None] = (None, None)
        self._profile = ProfileEditor()
        self._profile.saved.connect(self._change_profile)
        self._contact = ContactFields("admin", across=True)
        self._contact.wished.connect(self.wished)
        self._roles = RoleChoice()
        self._roles.chosen.connect(self._change_roles)
        self._reset = button("resetPassword", self._on_person(WishResetPassword))
        self._reset_factor = button("resetSecondFactor", self._ask_factor_reset)
        self._disable = button("disableAccount", self._toggle_person, "danger")
        self._code, self._name = LineField("institutionCode"), LineField("institutionName")
        self._kind_box = combo("institutionKind")
        self._kind = Field(self._kind_box)
        self._add_place = button("addInstitution", self._wish_place, "primary")
        self._place_buttons = InstitutionButtons()
        self._place_buttons.wished.connect(self.wished)
        self._clinic_box, self._hospital_box = combo("agreementClinic"), combo("agreementHospital")
        self._clinic, self._hospital = Field(self._clinic_box), Field(self._hospital_box)
        self._agree = button("addAgreement", self._wish_agreement, "primary")
        self._end = button("endAgreement", self._wish_end, "danger")
        for table in (self._people, self._places, self._agreements):
            table.itemSelectionChanged.connect(self._show_chosen)
        self._tabs = QTabWidget()
        self._tabs.setDocumentMode(True)
        for part in (
            column(
                self._people,
                row(self._roles, None),
                self._profile,
                self._contact,
                row(self._reset, self._reset_factor, self._disable, None),
                self._add_title,
                self._form,
            ),
            column(
                self._places,
                self._place_buttons,
                row(self._code, self._name, self._kind, self._add_place),
            ),
            column(
                self._agreements,
                row(None, self._end),
                row(self._clinic, self._hospital, self._agree),
            ),
        ):
            part.setContentsMargins(12, 12, 12, 12)
            part.setStretch(0, 1)  # the table takes what room is left
            page = QWidget()
            page.setLayout(part)
            self._tabs.addTab(page, "")
        self.setLayout(
            column(
                row(self._title, None, self._secret),
                surface("card", column(self._tabs, margin=1)),
                margin=5,
                gap=3,
            )
        )
        self.words()

    def show_props(self, props: AdministrationProps) -> None:
        self._people.show_rows(props.accounts)
        self._places.show_rows(props.institutions)
        self._agreements.show_rows(props.agreements)
        self._reached = props.contact_of, props.contact
        self._show_chosen()
        self._form.show_institutions(props.all_institutions)
        fill_ids(self._clinic_box, props.clinics)
        fill_ids(self._hospital_box, props.hospitals)
        self._secret.setText(props.temporary_password)
        self._secret.setVisible(bool(props.temporary_password))

    def words(self) -> None:
        self._title.setText(self.tr("Administration"))
        tabs = (self.tr("People"), self.tr("Institutions"), self.tr("Agreements"))
        for place, text in enumerate(tabs):
            self._tabs.setTabText(place, text)
        state = self.tr("State")
        self._people.setHorizontalHeaderLabels(
            [
                self.tr("User name"),
                self.tr("Name"),
                self.tr("Roles"),
                self.tr("Institution"),
                self.tr("Second factor"),
                state,
            ]
        )
        self._places.setHorizontalHeaderLabels(
            [self.tr("Code"), self.tr("Name of the institution"), self.tr("Kind"), state]
        )
        self._agreements.setHorizontalHeaderLabels(
            [self.tr("Clinic"), self.tr("Hospital"), self.tr("From"), self.tr("Until")]
        )
        for table, text in zip((self._people, self._places, self._agreements), tabs, strict=True):
            table.setAccessibleName(text)
        set_words(self._reset, self.tr("New temporary password"))
        set_words(self._reset_factor, self.tr("Reset second factor"))
        set_words(self._add_place, self.tr("Add this institution"))
        set_words(self._agree, self.tr("Add this agreement"))
        set_words(self._end, self.tr("End this agreement"))
        self._code.set_name(self.tr("Code"))
        self._name.set_name(self.tr("Name of the institution"))
        self._kind.set_name(self.tr("Kind"))
        self._clinic.set_name(self.tr("Clinic"))
        self._hospital.set_name(self.tr("Hospital"))
        fill(self._kind_box, [(word(kind), kind.value) for kind in InstitutionKind])
        self._kind_box.setCurrentIndex(max(0, self._kind_box.currentIndex()))
        self._form.words()
        self._roles.words()
        self._profile.words()
        self._contact.set_head(self.tr("Where they are told of critical findings and cases"))
        self._contact.words()
        self._add_title.setText(self.tr("Add a person"))
        self._show_chosen()

    def _show_chosen(self) -> None:
        """Buttons say what they will do to the chosen row, and wait for one."""
        person, place = self._people.chosen(), self._places.chosen()
        self._roles.show_roles(person)
        self._profile.show_person(person)
        self._contact.setVisible(person is not None)
        self._contact.show_person(None if person is None else person.id, *self._reached)
        for control, chosen_ in (
            (self._reset, person),
            (self._disable, person),
            (self._end, self._agreements.chosen()),
        ):
            control.setEnabled(chosen_ is not None)
        self._reset_factor.setEnabled(person is not None and person.second_factor)
        off = person is not None and not person.on
        set_words(self._disable, self.tr("Enable again") if off else self.tr("Disable"))
        self._place_buttons.show_place(place)

    def _on_person(self, wish: Callable[[UUID], object]) -> Callable[[], None]:
        def act() -> None:
            person = self._people.chosen()
            if person is not None:
                self.wished.emit(wish(person.id))

        return act

    def _ask_factor_reset(self) -> None:
        """Asked once: whoever then knows the password alone gets in."""
        person = self._people.chosen()
        if person is None:
            return
        text = self.tr(
            "{name} can then sign in with the password alone, and is signed out everywhere. Do it "
            "only when you know that it is {name} who asks."
        )
        ask(
            self,
            "askFactorReset",
            (self.tr("Reset second factor"), text.format(name=person.cells[1])),
            yes=("resetFactorYes", self.tr("Reset second factor")),
            no=("resetFactorNo", self.tr("Cancel")),
            on_yes=lambda: self.wished.emit(WishResetSecondFactor(person.id)),
        )

    def _toggle_person(self) -> None:
        person = self._people.chosen()
        if person is not None:
            self.wished.emit(WishChangeAccount(person.id, ChangeAccount(disabled=person.on)))

    def _change_roles(self, roles: tuple[Role, ...]) -> None:
        person = self._people.chosen()
        if person is not None:
            self.wished.emit(WishChangeAccount(person.id, ChangeAccount(roles=roles)))

    def _change_profile(self, profile: ExpertProfile) -> None:
        person = self._people.chosen()
        if person is not None:
            self.wished.emit(WishChangeAccount(person.id, ChangeAccount(expert=profile)))

    def _wish_place(self) -> None:
        kind = chosen(self._kind_box, InstitutionKind)
        code, name = self._code.text.strip(), self._name.text.strip()
        if kind is not None and code and name:
            self.wished.emit(WishAddInstitution(NewInstitution(code=code, name=name, kind=kind)))

    def _wish_agreement(self) -> None:
        clinic, hospital = self._clinic_box.currentData(), self._hospital_box.currentData()
        if isinstance(clinic, UUID) and isinstance(hospital, UUID):
            self.wished.emit(WishAddAgreement(clinic, hospital))

    def _wish_end(self) -> None:
        agreement = self._agreements.chosen()
        if agreement is not None:
            self.wished.emit(WishEndAgreement(agreement.id))


def fill_ids(box: QComboBox, places: tuple[tuple[UUID, str], ...]) -> None:
    """Puts named ids into a box, unless it shows just those already."""
    shown = tuple((box.itemData(i), box.itemText(i)) for i in range(box.count()))
    if shown != places:
        fill(box, [(name, id_) for id_, name in places])
