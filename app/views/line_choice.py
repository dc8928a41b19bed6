"""A card of the settings: how the cases of each department find their expert."""

from app.commands.service_line_wishes import WishChooseMode
from app.kit.layouts import column, row, surface
from app.kit.view import View
from app.kit.widgets import Field, LineField, button, label, set_words
from app.models.service_lines import LineChoiceProps, line_columns, sentence
from app.models.table import TextTable
from app.models.words import word
from app.views.case_fields import chosen, combo, fill
from app.views.text_table import TextTableView
from protocol.service_line import LineMode

TABLE_HEIGHT = 200


class LineChoice(View):
    """A chosen row fills the fields; saving changes that department for everybody."""

    def __init__(self) -> None:
        super().__init__()
        self._props: LineChoiceProps | None = None
        self._head = label("linesHead", "lead")
        self._table = TextTableView("lineTable", TextTable(line_columns, self), {0: 180}, 1)
        self._table.setFixedHeight(TABLE_HEIGHT)
        self._table.selectionModel().selectionChanged.connect(lambda _on, _off: self._take())
        self._department = LineField("lineDepartment")
        self._mode_box = combo("lineMode")
        self._mode_box.activated.connect(lambda _place: self._explain())
        self._mode = Field(self._mode_box)
        self._text = label("lineSentence", "muted", wrap=True)
        self._save = button("saveLine", self._wish, "primary")
        across = row(self._department, self._mode, gap=3)
        for place in (0, 1):
            across.setStretch(place, 1)
        inner = column(self._head, self._table, across, self._text, row(None, self._save), margin=4)
        self.setLayout(column(surface("card", inner)))
        self.words()

    def show_props(self, props: LineChoiceProps) -> None:
        if props == self._props:
            return
        self._props = props
        self._table.show_rows(props.rows)
        self._fill()

    def _fill(self) -> None:
        default = "" if self._props is None else self._props.default
        site = self.tr("As the site wants it ({mode})").format(mode=default)
        choices: list[tuple[str, object]] = [(site, None)]
        fill(self._mode_box, [*choices, *((word(one), one.value) for one in LineMode)])
        self._mode_box.setCurrentIndex(max(0, self._mode_box.currentIndex()))

    def _take(self) -> None:
        for key in self._table.chosen()[:1]:
            self._department.line.setText(key)
            mode = None if self._props is None else self._props.modes.get(key)
            place = 0 if mode is None else self._mode_box.findData(mode.value)
            self._mode_box.setCurrentIndex(place)
            self._explain()

    def _explain(self) -> None:
        mode = chosen(self._mode_box, LineMode)
        self._text.setText("" if mode is None else sentence(mode))

    def _wish(self) -> None:
        department = self._department.text.strip()
        self._department.set_problem("" if department else self.tr("Name a department."))
        if department:
            self.wished.emit(WishChooseMode(department, chosen(self._mode_box, LineMode)))

    def words(self) -> None:
        self._head.setText(self.tr("How cases find an expert"))
        self._table.setAccessibleName(self.tr("Departments and how their cases find an expert"))
        self._department.set_name(self.tr("Department"), required=True)
        self._mode.set_name(self.tr("Mode"))
        set_words(self._save, self.tr("Save for this department"))
        self._fill()
        self._explain()
