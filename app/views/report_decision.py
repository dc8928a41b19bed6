"""The clinic's decision on a report: it closes the case."""

from app.commands.wishes import WishDecide
from app.kit.layouts import column, row, surface
from app.kit.view import View
from app.kit.widgets import LineField, button, label, set_words
from app.models.words import word
from app.views.case_fields import choose, chosen, combo, fill
from protocol.consultation import Decision


class DecisionPart(View):
    def __init__(self) -> None:
        super().__init__()
        self._title = label(kind="lead", wrap=True)
        self._choice = combo("decisionChoice")
        self._note = LineField("decisionNote")
        self._decide = button("decide", self._wish, "primary")
        foot = row(self._note, column(None, self._decide))
        foot.setStretch(0, 1)
        head = row(self._title, self._choice)
        head.setStretch(0, 1)
        inside = column(head, foot, margin=3)
        self.setLayout(column(surface("card", inside)))
        self.hide()
        self.words()

    def words(self) -> None:
        self._title.setText(self.tr("Your decision closes the case"))
        self._choice.setAccessibleName(self.tr("Decision"))
        self._note.set_name(self.tr("Note"))
        set_words(self._decide, self.tr("Record the decision"))
        fill(self._choice, [(word(decision), decision.value) for decision in Decision])
        if self._choice.currentIndex() < 0:
            choose(self._choice, Decision.ADOPTED)

    def _wish(self) -> None:
        decision = chosen(self._choice, Decision)
        if decision is not None:
            self.wished.emit(WishDecide(decision, self._note.text.strip()))
