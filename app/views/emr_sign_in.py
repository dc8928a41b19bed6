"""Signing in at the hospital again, where somebody is refused while they look for a patient."""

from app.commands.emr_wishes import WishCancelEmrSignIn, WishSignInEmr
from app.kit.layouts import row
from app.kit.view import View
from app.kit.widgets import button, label, set_words
from app.models.emr_settings import SignInAgain


class SignInAgainLine(View):
    """What was asked for is asked again once somebody has signed in."""

    def __init__(self) -> None:
        super().__init__()
        self._props: SignInAgain | None = None
        self._told = label("emrSignAgainTold", "small", wrap=True)
        self._press = button("emrSignAgain", self._wish)
        self._press.setAutoDefault(False)
        whole = row(self._told, self._press, gap=2)
        whole.setStretch(0, 1)
        self.setLayout(whole)
        self.show_props(None)

    def show_props(self, props: SignInAgain | None) -> None:
        """None: nobody is refused."""
        self._props = props
        self.setVisible(props is not None)
        self._told.setText(props.words if props is not None else "")
        self.words()

    def words(self) -> None:
        going = self._props is not None and self._props.going
        asked = self.tr("Sign in again in the browser…")
        set_words(self._press, self.tr("Cancel signing in") if going else asked)

    def _wish(self) -> None:
        if self._props is None:
            return
        going = self._props.going
        self.wished.emit(WishCancelEmrSignIn() if going else WishSignInEmr(self._props.server))
