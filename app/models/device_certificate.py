"""The certificate of this computer, on the way in and in the settings."""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from app.session.entry import Entry


@dataclass(frozen=True, slots=True)
class DeviceCertificateProps:
    """`line` says which it is; `fixed` where hospital IT has set it up for the whole computer."""

    line: str
    fixed: bool


def derive_device_certificate(entry: Entry) -> DeviceCertificateProps:
    translate = QCoreApplication.translate
    device = entry.device
    if device is None:
        return DeviceCertificateProps(translate("device_certificate", "None yet."), fixed=False)
    if device.until is None:
        line = translate("device_certificate", "Set up by hospital IT, and not readable.")
        return DeviceCertificateProps(line, device.fixed)
    text = translate("device_certificate", "{name}, good until {day}")
    line = text.format(name=device.name, day=device.until.astimezone().strftime("%Y-%m-%d"))
    return DeviceCertificateProps(line, device.fixed)
