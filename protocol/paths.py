"""Every REST path, once, for both sides (server routes use the templates, clients format them).

| method, path | body → answer | who |
|---|---|---|
| GET SERVER | → ServerInfo | anybody |
| POST SESSION | SignIn → TokenPair | anybody |
| DELETE SESSION | → 204 | signed in |
| POST REFRESH | Refresh → TokenPair | anybody with a refresh token |
| POST TRANSFER_SESSION | → TokenPair of scope `transfer` | signed in |
| POST RELAY_TICKET | → RelayTicket, for an edge that takes images | signed in |
| GET EDGE_STATUS | → EdgeStatus; an edge answers it, the server does not | anybody |
| POST REAUTHENTICATE | Reauthenticate → SigningTicket | signed in |
| POST UNLOCK | Reauthenticate → 204: the password is right | signed in |
| PUT PASSWORD | ChangePassword → 204 | signed in |
| GET ME | → Account | signed in |
| GET MY_SESSIONS | → list[SignedInSession] | signed in |
| DELETE MY_SESSIONS | → 204: all but the one that asks | signed in |
| DELETE MY_SESSION | → 204 | whose it is |
| POST EMERGENCY_ACCESS | BreakGlass → EmergencyAccess: the case may be read for a time | clinical |
| GET EMERGENCY_ACCESSES | → list[EmergencyAccess] | security, auditor |
| DELETE EMERGENCY_ACCESS_ONE | → 204: ended before its time | security |
| GET AUDIT `?who=&number=&access=&resource=&since=&until=&undone=&after=` | → AuditPage | auditor |
| GET AUDIT_ALERTS | → list[AuditAlert] | auditor |
| GET LOCK_OUTS | → list[LockOut] | security |
| POST EXPORTS | ExportNote → 204: what left the program at a client | signed in |
| GET SESSIONS | → list[PersonSession] | admin, security |
| DELETE ONE_SESSION, ACCOUNT_SESSIONS | → 204 | admin, security |
| GET SECOND_FACTOR | → SecondFactorState | signed in |
| POST SECOND_FACTOR | BeginSecondFactor → SecondFactorOffer | signed in |
| PUT SECOND_FACTOR | ConfirmSecondFactor → RecoveryCodes | signed in |
| POST SECOND_FACTOR_CODES | BeginSecondFactor → RecoveryCodes | signed in |
| POST SECOND_FACTOR_END | BeginSecondFactor → 204, unless a role requires it | signed in |
| GET, POST SIGNING_KEYS | SigningKey → RegisteredKey(s) | expert |
| GET EXPERTS `?department=` | → list[Account] | signed in |
| GET, POST INSTITUTIONS; PATCH INSTITUTION | New/ChangeInstitution → Institution | admin |
| GET, POST AGREEMENTS; PATCH AGREEMENT | New/ChangeAgreement → Agreement | admin |
| GET, POST ACCOUNTS; PATCH ACCOUNT | New/ChangeAccount → Account | admin |
| POST ACCOUNT_RESET | → PasswordReset | admin |
| POST ACCOUNT_SECOND_FACTOR_RESET | → 204: it has to be set up anew | admin |
| GET, PUT CONTACT | Contact → Contact | admin, dispatcher |
| GET CONSULTATIONS `?status=&q=&after=&limit=` | → ConsultationPage | member |
| POST CONSULTATIONS | CreateConsultation → Consultation | requester |
| GET QUEUE | → ConsultationPage the expert may claim, 200 at most, in order | expert, dispatcher |
| GET WAITING | → WaitingPlaces of the asker's own cases | requester |
| GET ROTA `?department=&from_day=&days=` | → Rota | dispatcher, head; experts their own |
| POST ROTA; PUT ROTA_ENTRY | New/ChangeRotaEntry → RotaEntry | dispatcher, head |
| DELETE ROTA_ENTRY `?version=&only_day=` | → 204 | dispatcher, head |
| POST ROTA_COPY | CopyWeek → list[RotaEntry] that were made | dispatcher, head |
| PUT ROTA_ZONE | SetRotaZone → 204 | dispatcher, head |
| GET BOARD | → Board: every open case, every expert | dispatcher |
| GET SERVICE_LINES | → ServiceLines | signed in |
| PUT SERVICE_LINES | SetServiceLine → ServiceLines | dispatcher, admin |
| GET OFFERS | → list[Offer] that ring now | expert |
| GET NOTIFICATIONS `?kind=&urgency=&unread=&after=&limit=` | → NotificationPage | signed in |
| POST NOTIFICATIONS_READ, NOTIFICATIONS_CLEARED | ChosenNotifications → 204 | signed in |
| GET CONSULTATION | → Consultation | member |
| PUT CASE | SaveCase → Consultation | requester of the case |
| GET TIMELINE | → list[TimelineEvent] | member |
| POST TRANSITIONS | Transition → Consultation | by the table |
| POST CLAIM | → Claim | eligible expert |
| POST HEARTBEAT | Heartbeat → Lease | who holds the claim |
| GET CANDIDATES | → list[Candidate] | requester, holder, dispatcher |
| GET STUDIES | → list[StudyProgress] | member |
| PUT STUDY | StudyManifest → StudyProgress | requester of the case |
| DELETE STUDY | → 204: neither declared nor kept any more | its requester, in a draft |
| PUT RECORD | a Bundle (FHIR R4, `protocol.shared_record`) → SharedRecord | requester of the case |
| GET RECORD | → the Bundle | member |
| DELETE RECORD | → 204 | requester of the case |
| GET, PUT OPINION | SaveOpinion → OpinionDraft | who holds the claim |
| GET, POST REPORT | SignReport → SignedReport | member; who holds the claim |
| GET EARLIER_REPORT | → SignedReport of an earlier case of the patient | who holds the case |
| PUT PRESENTED_FORM `?sha256=` | PDF → PresentedForm, before signing | who holds the claim |
| GET PRESENTED_FORM `?version=` | → the PDF of a signed report | member |
| PUT REPORT_PICTURE | PNG → KeptPicture, before signing | who holds the claim |
| GET REPORT_PICTURE | → the PNG; of a draft for its writer and reviewer | member |
| POST REPORT_COPIES | NewReportCopy → ReportCopy | requester of the case |
| GET REPORT_COPIES | → list[ReportCopyState] | requester of the case |
| DELETE ONE_REPORT_COPY | → 204; its code opens nothing any more | requester of the case |
| POST LOOK_AT_COPY | LookAtCopy → CopySeen | anybody with a code |
| POST OPEN_COPY | OpenCopy → PatientCopy | anybody with a code and the date of birth |
| POST COPY_FILE | OpenCopy → the signed PDF | the same |
| GET SIGNING_TERMS | → SigningTerms | signed in |
| GET MESSAGES | → list[ChatMessage] | member |
| GET CALL | → CallState or 404 | member |
| POST INVITATIONS | NewInvitation → Invitation | expert or requester of the case |
| GET INVITATIONS | → list[InvitationState] | expert or requester of the case |
| DELETE INVITATION | → 204; its guest is put out | expert or requester of the case |
| DELETE PARTICIPANT | → 204: a guest is put out for good | expert or requester of the case |
| GET RECORDINGS | → list[RecordingInfo] | expert, requester, dispatcher of the case |
| GET RECORDING_PIECES | → RecordingPieces | expert or requester of the case |
| GET RECORDING_PIECE | → its bytes; a reading | expert or requester of the case |
| PUT RECORDING_PIECE `?start_ms=&end_ms=&sha256=` | bytes → RecordingPiece | who recorded |
| POST RECORDING_COMPLETE | CompleteRecording → RecordingInfo | who recorded |
| POST RECORDING_DELETE | DeleteRecording → 204 | dispatcher of the case, admin |
| POST LOOK | LookAtInvitation → InvitationSeen; uses nothing up | anybody with a code |
| POST REDEEM | RedeemInvitation → CallTicket | anybody with a code |
| GET LIBRARY `?q=&department=&flag=&after=&limit=` | → LibraryPage | signed in |
| GET LIBRARY_ENTRY | → LibraryEntry | signed in |
| GET PRESENCE | → list[PersonPresence] | signed in |

A guest's page is at JOIN and that of a patient's copy at COPY_PAGE, each with the code in the
fragment; their parts are below WEB. The WebSocket
is at SOCKET; DICOMweb (PS3.18) below DICOMWEB; the record that an institution without a FHIR server
keeps here (FHIR R4) below FHIR. An image that is sent in pieces goes
to UPLOAD `?study=`: GET → UploadOffset; PATCH adds from the header Upload-Offset on, and with the
last byte answers as STOW-RS.
"""

SERVER = "/v1/server"
HEALTH = "/healthz"
READY = "/readyz"
EDGE_STATUS = "/v1/edge"
SOCKET = "/v1/socket"
DICOMWEB = "/dicomweb"
FHIR = "/fhir"
UPLOAD = "/v1/uploads/{sha256}"

SESSION = "/v1/session"
REFRESH = "/v1/session/refresh"
TRANSFER_SESSION = "/v1/session/transfer"
RELAY_TICKET = "/v1/session/relay"
REAUTHENTICATE = "/v1/session/reauthenticate"
PASSWORD = "/v1/me/password"  # nosec B105  # a path
UNLOCK = "/v1/me/unlock"
ME = "/v1/me"
MY_SESSIONS = "/v1/me/sessions"
MY_SESSION = "/v1/me/sessions/{session_id}"
AUDIT = "/v1/audit"
AUDIT_ALERTS = "/v1/audit/alerts"
EXPORTS = "/v1/audit/exports"
LOCK_OUTS = "/v1/security/lock-outs"
EMERGENCY_ACCESS = "/v1/emergency-access"
EMERGENCY_ACCESSES = "/v1/security/emergency-access"
EMERGENCY_ACCESS_ONE = "/v1/security/emergency-access/{access_id}"
SESSIONS = "/v1/security/sessions"
ONE_SESSION = "/v1/security/sessions/{session_id}"
NOTIFICATIONS = "/v1/me/notifications"
NOTIFICATIONS_READ = "/v1/me/notifications/read"
NOTIFICATIONS_CLEARED = "/v1/me/notifications/cleared"
SECOND_FACTOR = "/v1/me/second-factor"
SECOND_FACTOR_CODES = "/v1/me/second-factor/recovery-codes"
SECOND_FACTOR_END = "/v1/me/second-factor/end"
SIGNING_KEYS = "/v1/me/signing-keys"
EXPERTS = "/v1/experts"
PRESENCE = "/v1/presence"

INSTITUTIONS = "/v1/institutions"
INSTITUTION = "/v1/institutions/{institution_id}"
AGREEMENTS = "/v1/agreements"
AGREEMENT = "/v1/agreements/{agreement_id}"
ACCOUNTS = "/v1/accounts"
ACCOUNT = "/v1/accounts/{account_id}"
ACCOUNT_SESSIONS = "/v1/accounts/{account_id}/sessions"
CONTACT = "/v1/accounts/{account_id}/contact"
ACCOUNT_RESET = "/v1/accounts/{account_id}/reset"
ACCOUNT_SECOND_FACTOR_RESET = "/v1/accounts/{account_id}/second-factor/reset"

CONSULTATIONS = "/v1/consultations"
QUEUE = "/v1/queue"
WAITING = "/v1/queue/waiting"
BOARD = "/v1/board"
ROTA = "/v1/rota"
ROTA_ENTRY = "/v1/rota/{entry_id}"
ROTA_COPY = "/v1/rota/copy"
ROTA_ZONE = "/v1/rota/zone"
SERVICE_LINES = "/v1/service-lines"
OFFERS = "/v1/offers"
CONSULTATION = "/v1/consultations/{consultation_id}"
CASE = "/v1/consultations/{consultation_id}/case"
TIMELINE = "/v1/consultations/{consultation_id}/timeline"
TRANSITIONS = "/v1/consultations/{consultation_id}/transitions"
CLAIM = "/v1/consultations/{consultation_id}/claim"
HEARTBEAT = "/v1/consultations/{consultation_id}/heartbeat"
CANDIDATES = "/v1/consultations/{consultation_id}/candidates"
STUDIES = "/v1/consultations/{consultation_id}/studies"
STUDY = "/v1/consultations/{consultation_id}/studies/{study_instance_uid}"
RECORD = "/v1/consultations/{consultation_id}/record"
OPINION = "/v1/consultations/{consultation_id}/opinion"
REPORT = "/v1/consultations/{consultation_id}/report"
EARLIER_REPORT = "/v1/consultations/{consultation_id}/earlier-reports/{earlier_id}"
PRESENTED_FORM = "/v1/consultations/{consultation_id}/report/presented-form"
REPORT_PICTURE = "/v1/consultations/{consultation_id}/report/pictures/{sha256}"
REPORT_COPIES = "/v1/consultations/{consultation_id}/report/copies"
ONE_REPORT_COPY = "/v1/consultations/{consultation_id}/report/copies/{copy_id}"
LOOK_AT_COPY = "/v1/report-copy/look"
OPEN_COPY = "/v1/report-copy"
COPY_FILE = "/v1/report-copy/file"
SIGNING_TERMS = "/v1/signing-terms"
MESSAGES = "/v1/consultations/{consultation_id}/messages"
CALL = "/v1/consultations/{consultation_id}/call"
INVITATIONS = "/v1/consultations/{consultation_id}/call/invitations"
INVITATION = "/v1/consultations/{consultation_id}/call/invitations/{invitation_id}"
PARTICIPANT = "/v1/consultations/{consultation_id}/call/participants/{peer_id}"
RECORDINGS = "/v1/consultations/{consultation_id}/recordings"
RECORDING_PIECES = "/v1/recordings/{recording_id}/pieces"
RECORDING_PIECE = "/v1/recordings/{recording_id}/pieces/{index}"
RECORDING_COMPLETE = "/v1/recordings/{recording_id}/complete"
RECORDING_DELETE = "/v1/recordings/{recording_id}/delete"
LOOK = "/v1/call/invitation"
REDEEM = "/v1/call/redeem"
CALL_CHECK = "/v1/call/check"
CALL_CHECK_SPEED = "/v1/call/check/speed"

JOIN = "/join"
COPY_PAGE = "/copy"
WEB = "/web/{name}"

LIBRARY = "/v1/library"
LIBRARY_ENTRY = "/v1/library/{entry_id}"
