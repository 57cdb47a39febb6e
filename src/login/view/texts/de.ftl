## Titles, first sentences and buttons of the steps
activation-email_title = Ihr Aktivierungslink ist abgelaufen
activation-email_intro = Wir können Ihnen einen neuen senden.
activation-email_submit = Neuen Link senden
busy_title = Bitte einen Moment Geduld
busy_intro = Der Anmeldedienst ist ausgelastet. Wir versuchen es gleich noch einmal; nichts geht verloren.
busy_submit = Jetzt versuchen
channel-data_title = Wohin sollen wir den Link senden?
channel-data_intro = Öffnen Sie den Link auf dem Telefon, das Sie verwenden möchten.
channel-data_submit = Link senden
consent_title = { $app } bittet um Zugriff
consent_intro = Erlauben Sie das nur, wenn Sie der App vertrauen.
consent_scopes = Die App könnte dann:
consent_yes = Erlauben
consent_no = Nicht erlauben
consent_submit = Erlauben
custom-password-expired_title = Ihr Passwort ist abgelaufen
custom-password-expired_intro = Ändern Sie es bei { $name }, kommen Sie dann zurück und melden Sie sich an.
custom-password-expired_intro_soon = Sie können es bei { $name } ändern.
custom-password-expired_submit = Weiter
device-assurance_title = Ihr Gerät braucht Aufmerksamkeit
device-assurance_intro = Sie können vorerst weitermachen.
device-assurance_submit = Weiter
device-probe_title = Dieses Gerät wird geprüft
device-probe_intro = Öffnen Sie Okta Verify auf diesem Gerät, folgen Sie den Anweisungen und kommen Sie dann hierher zurück.
device-probe_intro_probe = Wir prüfen, ob Okta Verify auf diesem Gerät bestätigen kann, dass Sie es sind.
device-probe_submit = Jetzt prüfen
device-setup_title = Richten Sie zuerst dieses Gerät ein
device-setup_step_1 = Öffnen Sie die Adresse unten auf diesem Gerät oder installieren Sie die dort genannte App.
device-setup_step_2 = Folgen Sie den Anweisungen, bis das Gerät eingerichtet ist.
device-setup_step_3 = Kommen Sie hierher zurück und melden Sie sich erneut an.
duo_title = Mit Duo bestätigen
duo_intro = Duo wird Sie bitten zu bestätigen, dass Sie es sind.
duo_submit = Bestätigen
email-code_title = Geben Sie den Code aus der E-Mail ein
email-code_intro = Wir haben einen Code an { $to } gesendet.
email-code_intro_nowhere = Wir haben Ihnen eine E-Mail mit einem Code gesendet.
email-code_intro_link = Sie können auch dem Link in der E-Mail folgen.
email-code_submit = Bestätigen
email-consent_title = Haben Sie gerade versucht, sich anzumelden?
email-consent_intro = Jemand möchte sich mit Ihrer E-Mail-Adresse anmelden.
email-consent_yes = Ja, das bin ich
email-consent_no = Nein, das bin ich nicht
email-consent_submit = Ja, das bin ich
email-send_title = Code per E-Mail erhalten
email-send_intro = Wir senden einen Code an { $to }.
email-send_intro_nowhere = Wir senden einen Code an Ihre E-Mail-Adresse.
email-send_submit = E-Mail senden
google-code_title = Geben Sie den Code aus Ihrer App ein
google-code_intro = Öffnen Sie { $name } auf Ihrem Telefon und geben Sie den Code ein, den die App für dieses Konto anzeigt.
google-code_submit = Bestätigen
google-enroll_title = Authenticator-App einrichten
google-enroll_intro = Die App erzeugt Codes, die nur Sie haben.
google-enroll_step_1 = Öffnen Sie Ihre Authenticator-App und fügen Sie ein Konto hinzu.
google-enroll_step_2 = Scannen Sie das Bild oder geben Sie den Einrichtungsschlüssel darunter ein.
google-enroll_step_3 = Geben Sie den Code ein, den die App dann anzeigt.
google-enroll_submit = Bestätigen
identify_title = Anmelden
identify_submit = Weiter
identify-password_title = Anmelden
identify-password_submit = Anmelden
identity-proofing_title = Bestätigen Sie Ihre Identität
identity-proofing_intro = { $name } prüft, wer Sie sind, und schickt Sie dann hierher zurück.
identity-proofing_submit = Weiter
keep-signed-in_title = Angemeldet bleiben?
keep-signed-in_intro = Wählen Sie das nur auf einem Gerät, das Ihnen gehört.
keep-signed-in_yes = Angemeldet bleiben
keep-signed-in_no = Nicht angemeldet bleiben
keep-signed-in_submit = Angemeldet bleiben
nfc-pin_title = Verwenden Sie Ihre Karte
nfc-pin_title_new = Wählen Sie eine PIN für Ihre Karte
nfc-pin_intro = Halten Sie die Karte an Ihr Telefon und geben Sie die PIN ein.
nfc-pin_intro_tap = Öffnen Sie Okta Verify auf Ihrem Telefon und halten Sie dann Ihre Karte daran.
nfc-pin_submit = Weiter
other_title = Weiter mit { $name }
other_title_unnamed = Noch ein Schritt
other_submit = Weiter
password_title = Geben Sie Ihr Passwort ein
password_submit = Bestätigen
password-enroll_title = Passwort erstellen
password-enroll_intro = Wählen Sie eines, das Sie sonst nirgends verwenden.
password-enroll_submit = Passwort speichern
password-expired_title = Ihr Passwort ist abgelaufen
password-expired_intro = Wählen Sie ein neues, um weiterzumachen.
password-expired_submit = Passwort ändern
password-expiring_title = { $days ->
    [one] Ihr Passwort läuft in { $days } Tag ab
   *[other] Ihr Passwort läuft in { $days } Tagen ab
}
password-expiring_title_soon = Ihr Passwort läuft bald ab
password-expiring_title_today = Ihr Passwort läuft heute ab
password-expiring_intro = Sie können es jetzt ändern und mit dem neuen weitermachen.
password-expiring_submit = Passwort ändern
password-reset_title = Passwort zurücksetzen
password-reset_intro = Wählen Sie ein neues Passwort.
password-reset_submit = Passwort zurücksetzen
phone-code_title = Geben Sie den Code von Ihrem Telefon ein
phone-code_intro = Wir haben einen Code an { $to } gesendet.
phone-code_intro_nowhere = Wir haben einen Code an Ihr Telefon gesendet.
phone-code_intro_voice = Wir rufen { $to } an und nennen einen Code.
phone-code_submit = Bestätigen
phone-enroll_title = Telefon einrichten
phone-enroll_intro = Wir senden Codes an diese Nummer. Ihr Anbieter berechnet möglicherweise Nachrichten und Anrufe.
phone-enroll_submit = Code erhalten
phone-send_title = Per Telefon bestätigen
phone-send_intro = Wir senden einen Code an { $to }. Ihr Anbieter berechnet möglicherweise Nachrichten und Anrufe.
phone-send_intro_nowhere = Wir senden einen Code an Ihr Telefon. Ihr Anbieter berechnet möglicherweise Nachrichten und Anrufe.
phone-send_submit = Code erhalten
profile_title = Konto erstellen
profile_submit = Registrieren
profile-update_title = Noch ein paar Angaben
profile-update_intro = Bitte vervollständigen Sie Ihr Profil.
profile-update_submit = Fertigstellen
push-again_title = Die Push-Nachricht wurde nicht bestätigt
push-again_intro = Sie können sich eine weitere auf Ihr Gerät senden lassen.
push-again_submit = Erneut senden
push-send_title = Mit { $name } bestätigen
push-send_title_unnamed = Mit Ihrer App bestätigen
push-send_intro = Wählen Sie, wie Sie bestätigen möchten.
push-send_intro_push = Wir senden eine Mitteilung an Ihr Gerät. Stimmen Sie dort zu.
push-send_submit = Push-Nachricht senden
push-wait_title = Schauen Sie auf Ihr Telefon
push-wait_intro = Wir haben eine Push-Nachricht an Ihr Gerät gesendet. Öffnen Sie sie und bestätigen Sie die Anmeldung.
push-wait_submit = Jetzt prüfen
question_title = Beantworten Sie Ihre Sicherheitsfrage
question_submit = Bestätigen
question-enroll_title = Sicherheitsfrage einrichten
question-enroll_intro = Wählen Sie eine Frage oder schreiben Sie eine eigene. Die Antwort sollten nur Sie kennen.
question-enroll_submit = Antwort speichern
recovery_title = Passwort zurücksetzen
recovery_intro = Sagen Sie uns, wer Sie sind, und wir helfen Ihnen zu einem neuen Passwort.
recovery_submit = Weiter
redirect_title = Weiter mit { $name }
redirect_title_unnamed = Weiter
redirect_intro = Dort bestätigen Sie, wer Sie sind, und kommen dann hierher zurück.
redirect_submit = Weiter
reset_title = { $name } zurücksetzen
reset_intro = Wählen Sie neu, um weiterzumachen.
reset_submit = Zurücksetzen
select-authenticate_title = Wählen Sie, wie Sie bestätigen
select-authenticate_intro = Wählen Sie einen der Wege, die Sie eingerichtet haben.
select-authenticate_submit = Weiter
select-channel_title = Okta Verify auf anderem Weg einrichten
select-channel_intro = Wählen Sie, was für Ihr Gerät am besten passt.
select-channel_submit = Weiter
select-enroll_title = Sicherheitsmethoden einrichten
select-enroll_intro = Sie schützen Ihr Konto und stellen sicher, dass Sie es sind, wer sich anmeldet.
select-enroll_submit = Einrichten
select-identify_title = Anmelden
select-identify_intro = Haben Sie schon ein Konto?
select-identify_submit = Anmelden
select-recover_title = Wählen Sie, wie Sie Ihr Passwort zurücksetzen
select-recover_intro = Bestätigen Sie zuerst, dass Sie es sind.
select-recover_submit = Weiter
select-unlock_title = Konto entsperren
select-unlock_intro = Bestätigen Sie, dass Sie es sind, und wir entsperren Ihr Konto.
select-unlock_submit = Entsperren
skip_title = Einrichtung abschließen
skip_intro = Sie können jetzt weitermachen.
skip_submit = Weiter
smart-card_title = Stecken Sie Ihre Smartcard ein
smart-card_intro = Stecken Sie die Karte in das Lesegerät. Ihr Browser fragt nach einem Zertifikat und vielleicht nach einer PIN.
smart-card_submit = Weiter
sso-extension_title = Dieses Gerät wird geprüft
sso-extension_intro = Die Verwaltung Ihres Geräts antwortet vielleicht von selbst. Wenn nichts geschieht, gehen Sie weiter.
sso-extension_submit = Weiter
terminal_title = Sie können diese Seite schließen
token-code_title = Geben Sie den Code von { $name } ein
token-code_title_unnamed = Geben Sie Ihren Code ein
token-code_title_tac = Geben Sie Ihren vorläufigen Zugangscode ein
token-code_intro = Geben Sie den Code ein, den Sie von Ihrem Gerät oder Ihrer Administration haben.
token-code_submit = Bestätigen
token-enroll_title = { $name } einrichten
token-enroll_title_unnamed = Token einrichten
token-enroll_intro = Geben Sie ein, was Ihr Token oder Ihre App anzeigt.
token-enroll_submit = Bestätigen
unlock_title = Konto entsperren
unlock_intro = Wir prüfen zuerst, dass Sie es sind.
unlock_submit = Weiter
user-code_title = Gerät verbinden
user-code_intro = Geben Sie den Code ein, den Ihr Gerät anzeigt.
user-code_submit = Weiter
verify-code_title = Geben Sie den Code aus Okta Verify ein
verify-code_intro = Öffnen Sie Okta Verify auf Ihrem Telefon und geben Sie den angezeigten Code ein.
verify-code_submit = Bestätigen
verify-enroll_title = Okta Verify einrichten
verify-enroll_intro = Okta Verify bestätigt auf Ihrem Telefon, dass Sie es sind.
verify-enroll_intro_email = Wir haben einen Link an { $to } gesendet. Öffnen Sie ihn auf Ihrem Telefon, um weiterzumachen.
verify-enroll_intro_sms = Wir haben einen Link an { $to } gesendet. Öffnen Sie ihn auf Ihrem Telefon, um weiterzumachen.
verify-enroll_intro_samedevice = Richten Sie Okta Verify auf diesem Gerät ein und kommen Sie dann hierher zurück.
verify-enroll_intro_devicebootstrap = Verwenden Sie ein Gerät, auf dem Okta Verify schon eingerichtet ist.
verify-enroll_step_1 = Installieren Sie Okta Verify aus dem App-Store auf Ihrem Telefon.
verify-enroll_step_2 = Öffnen Sie die App und fügen Sie ein Konto für Ihre Organisation hinzu.
verify-enroll_step_3 = Scannen Sie dieses Bild. Wenn das nicht geht, wählen Sie unten einen anderen Weg.
verify-enroll_samedevice_step_1 = Installieren Sie Okta Verify auf diesem Gerät.
verify-enroll_samedevice_step_2 = Öffnen Sie die App und fügen Sie ein Konto hinzu.
verify-enroll_samedevice_step_3 = Geben Sie die Anmeldeadresse Ihrer Organisation ein und folgen Sie dann der App.
verify-enroll_devicebootstrap_step_1 = Öffnen Sie Okta Verify auf einem dieser Geräte.
verify-enroll_devicebootstrap_step_2 = Wählen Sie Ihr Konto und dann, es einem weiteren Gerät hinzuzufügen.
verify-enroll_devicebootstrap_step_3 = Folgen Sie den Anweisungen in der App.
verify-enroll_submit = Jetzt prüfen
webauthn-create_title = Passkey einrichten
webauthn-create_title_any = Passkey oder Sicherheitsschlüssel einrichten
webauthn-create_intro = Ihr Fingerabdruck, Gesicht, Ihre PIN oder Ihr Sicherheitsschlüssel bestätigt, dass Sie es sind.
webauthn-create_submit = Passkey erstellen
webauthn-get_title = Verwenden Sie Ihren Passkey oder Sicherheitsschlüssel
webauthn-get_title_passkey = Verwenden Sie Ihren Passkey
webauthn-get_intro = Ihr Browser fragt nach Fingerabdruck, Gesicht, PIN oder Sicherheitsschlüssel.
webauthn-get_submit = Passkey verwenden
yubikey_title = Berühren Sie Ihren YubiKey
yubikey_intro = Stecken Sie den Schlüssel ein und berühren Sie ihn: Er tippt einen Code und macht von selbst weiter.
yubikey_submit = Bestätigen

## Terminal pages, by the key of their message
terminal_title_error = Wir können nicht weitermachen
terminal_title_return = Gehen Sie zurück zu Ihrem anderen Tab
terminal_title_code = Geben Sie diesen Code dort ein, wo Sie begonnen haben
terminal_title_done = Fertig
terminal_title_expired = Ihre Anmeldung ist abgelaufen
terminal_title_many = Zu viele Versuche
terminal_warning = Wenn Sie diesen Code nicht angefordert haben, geben Sie ihn niemandem und schließen Sie diese Seite.
folded = Stattdessen dieses Formular verwenden
start-again = Neu beginnen
back-to-sign-in = Zurück zur Anmeldung

## Actions on other pages
cancel_link = Zurück zur Anmeldung
cancel_submit = Zurück zur Anmeldung
not-you = Nicht Sie?
embedded_resend = Noch einmal senden
embedded_send = Jetzt senden
embedded_recover = Passwort vergessen?
embedded_recover_pin = PIN vergessen?
embedded_poll = Ich bin dem Link gefolgt
embedded_cancel = Ohne das weitermachen
link_select-authenticator-authenticate = Anders bestätigen
link_select-authenticator-enroll = Etwas anderes einrichten
link_select-authenticator-enroll-data = Etwas anderes einrichten
link_select-authenticator-unlock-account = Anders entsperren
link_select-enrollment-channel = Geht das nicht? Versuchen Sie einen anderen Weg
link_select-enroll-profile = Registrieren
link_select-identify = Stattdessen anmelden
link_unlock-account = Konto entsperren
link_skip = Später erinnern
link_skip_now = Jetzt überspringen
link_skip_perhaps = Vielleicht später
link_launch-authenticator = Mit Okta Verify anmelden
link_launch-nfc-authenticator = Mit einer Karte anmelden
link_launch-webauthn-authenticator = Mit einem Passkey anmelden
link_launch-passkeys-authenticator = Mit einem Passkey anmelden
link_enroll-webauthn-residentkey = Passkey auf diesem Gerät einrichten
link_piv-idp = Mit einer Smartcard anmelden
link_provider = Weiter mit { $name }
link_provider_unnamed = Weiter mit Ihrem Identitätsanbieter
link_go-to = Zu { $name }
link_open-app = Okta Verify öffnen
link_download = Okta Verify herunterladen
link_set-up = Okta Verify einrichten
link_terms = Nutzungsbedingungen
link_privacy = Datenschutz
link_more = Mehr erfahren
link_back = Zurück
or = oder
branch = Weiter

## Methods and channels
methodType_sms = Code per SMS senden
methodType_voice = Mich mit einem Code anrufen
methodType_email = E-Mail senden
methodType_push = Push-Nachricht senden
methodType_totp = Code eingeben
methodType_signed_nonce = Okta FastPass verwenden
channel_qrcode = QR-Code scannen
channel_email = Link per E-Mail senden
channel_sms = Link per SMS senden
channel_samedevice = Auf diesem Gerät einrichten
channel_devicebootstrap = Ein eingerichtetes Gerät verwenden

## Fields
field_identifier = Benutzername
field_passcode = Code
field_totp = Code
field_phoneNumber = Telefonnummer
field_email = E-Mail-Adresse
field_answer = Antwort
field_question = Ihre Frage
field_questionKey = Frage
field_userCode = Code
field_methodType = Wie
field_methodType_phone = So bekommen Sie den Code
field_channel = Wie
field_authenticator = Methoden
field_consent = Entscheidung
field_rememberMe = Angemeldet bleiben
field_country = Land oder Region
field_extension = Durchwahl (nur für Anrufe)
field_again = Neues Passwort wiederholen
field_again_pin = Neue PIN wiederholen
field_optional = { $label } (freiwillig)
choose = Bitte wählen …
always = Wird immer geteilt
hint_answer = Ihre Antwort wird beim Tippen nicht angezeigt.
hint_phone = Sie können auch die ganze Nummer eingeben, beginnend mit + und der Landesvorwahl.
hint_user-code = Mit oder ohne Bindestrich.
hint_set = Trennen Sie mehrere mit Kommas.
hint_length = { $n } Zeichen
hint_least = Mindestens { $n } Zeichen
hint_most = Höchstens { $n } Zeichen
hint_between = { $least } bis { $most } Zeichen
grace_skips = { $n ->
    [one] Kann noch einmal verschoben werden
   *[other] Kann noch { $n }-mal verschoben werden
}
grace_date = Nötig bis { $date }

## Passwords
rules_heading = Ihr Passwort braucht:
rule_length = mindestens { $n } Zeichen
rule_lower = einen Kleinbuchstaben
rule_upper = einen Großbuchstaben
rule_number = eine Ziffer
rule_symbol = ein Sonderzeichen
rule_ad = drei von diesen vier: Kleinbuchstaben, Großbuchstaben, Ziffern, Sonderzeichen
rule_repeat = { $n ->
    [one] kein Zeichen zweimal hintereinander
   *[other] kein Zeichen öfter als { $n }-mal hintereinander
}
rule_username = keinen Teil Ihres Benutzernamens
rule_first-name = nicht Ihren Vornamen
rule_last-name = nicht Ihren Nachnamen
rule_history = { $n ->
    [one] nicht Ihr letztes Passwort
   *[other] keines Ihrer letzten { $n } Passwörter
}
rule_age_days = { $n ->
    [one] einmal geändert, bleibt es mindestens { $n } Tag
   *[other] einmal geändert, bleibt es mindestens { $n } Tage
}
rule_age_hours = { $n ->
    [one] einmal geändert, bleibt es mindestens { $n } Stunde
   *[other] einmal geändert, bleibt es mindestens { $n } Stunden
}
rule_age_minutes = { $n ->
    [one] einmal geändert, bleibt es mindestens { $n } Minute
   *[other] einmal geändert, bleibt es mindestens { $n } Minuten
}

## Facts
fact_app = App
fact_browser = Browser
fact_place = Ort
fact_org = Anmeldeadresse
fact_vendor = Verwaltet von
fact_platform = Plattform
fact_enrolment-link = Adresse
fact_devices = Ihre Geräte mit Okta Verify
number = Ihre Zahl ist { $number }. Wählen Sie sie auf Ihrem Telefon.
qr_alt = QR-Code zum Scannen mit Ihrer App; dasselbe als Text oder ein anderer Weg folgt auf dieser Seite.
secret = Einrichtungsschlüssel

## Problems found here
problem_heading = Es gibt ein Problem
problem_required = Bitte füllen Sie das aus.
problem_choose = Bitte wählen Sie etwas aus.
problem_again = Die beiden Eingaben sind nicht gleich.
problem_number = Bitte geben Sie eine Zahl ein.
problem_rules = Wählen Sie ein Passwort, das alle Regeln einhält.
problem_country = Wählen Sie ein Land oder beginnen Sie die Nummer mit + und der Vorwahl.
problem_script = Dieser Schritt braucht JavaScript. Schalten Sie es ein oder wählen Sie einen anderen Weg.
problem_action = Das ist nicht mehr möglich. Bitte machen Sie mit diesem Schritt weiter.

## Messages by key, where the engine sends none
message = Etwas braucht Ihre Aufmerksamkeit. Bitte versuchen Sie es noch einmal.
message_idx_session_expired = Ihre Anmeldung ist abgelaufen. Bitte beginnen Sie neu.
message_tooManyRequests = Zu viele Versuche. Warten Sie eine Weile und versuchen Sie es dann erneut.
message_oie_tooManyRequests = Zu viele Versuche. Warten Sie eine Weile und versuchen Sie es dann erneut.
message_E0000047 = Zu viele Versuche. Warten Sie eine Weile und versuchen Sie es dann erneut.
message_api_authn_error_PASSCODE_INVALID = Der Code stimmt nicht. Bitte versuchen Sie es noch einmal.
message_incorrectPassword = Benutzername oder Passwort stimmt nicht.
message_errors_E0000004 = Benutzername oder Passwort stimmt nicht.
message_idx_password_expiring_message = Wenn Ihr Passwort abläuft, werden Sie nach einem neuen gefragt.
message_error_username_required = Bitte geben Sie Ihren Benutzernamen ein.
message_error_password_required = Bitte geben Sie Ihr Passwort ein.
message_error_expired_session = Ihre Anmeldung ist abgelaufen. Bitte beginnen Sie neu.
message_security_access_denied = Sie haben keinen Zugang.
message_idx_return_to_original_tab = Gehen Sie zurück zu dem Tab, in dem Sie begonnen haben. Dort geht es weiter.
message_E0000009 = Der Dienst wird gerade gewartet. Bitte versuchen Sie es später noch einmal.
message_E0000010 = Der Dienst wird gerade gewartet. Bitte versuchen Sie es später noch einmal.

## The frame of every page
frame_skip = Zum Inhalt springen
frame_error = Fehler:
frame_signing-in = Sie melden sich an als
frame_brand = Anmelden
frame_footer = Gesichert durch Interlock
frame_actions = Andere Wege weiterzumachen
wait_noscript = Diese Seite schaut von selbst noch einmal nach.
wait_stop = Nicht mehr von selbst nachsehen
script_needed = Dieser Schritt braucht JavaScript und einen Browser, der Passkeys kennt. Wenn Ihrer das nicht kann, wählen Sie einen anderen Weg.
webauthn_failed = Das hat nicht geklappt. Versuchen Sie es noch einmal oder wählen Sie einen anderen Weg.
webauthn_origin = Passkeys können an dieser Adresse nicht verwendet werden. Bitte wählen Sie einen anderen Weg.

## Notes
note_hosted = Auf der anderen Anmeldeseite wurden Sie nicht angemeldet. Versuchen Sie es noch einmal, oder wählen Sie einen anderen Weg.
note_moved-on = Sie sind inzwischen weitergegangen. Das ist der Schritt, der jetzt ansteht.
note_expired = Das hat zu lange gedauert, deshalb haben wir eine neue Anmeldung begonnen.
note_no-cookie = Ihr Browser hat mit Ihrer Antwort kein Cookie gesendet. Erlauben Sie Cookies für diese Seite und versuchen Sie es noch einmal.
note_too-many = Zu viele Versuche. Warten Sie eine Weile und versuchen Sie es dann erneut.

## Notices
notice_app-away_title = Die App ist gerade nicht erreichbar
notice_app-away_text = Sie sind angemeldet, aber die App hat nicht geantwortet. Bitte versuchen Sie es gleich noch einmal.
notice_error_title = Etwas ist schiefgegangen
notice_error_text = Wir konnten Sie nicht anmelden. Das lag nicht an Ihnen; bitte beginnen Sie neu.
notice_refused_title = Diese Anfrage kann nicht angenommen werden
notice_refused_text = Sie gehört nicht zu dieser Anmeldung oder kam von einer anderen Website. Bitte beginnen Sie neu.
notice_denied_title = Die Anmeldung wurde nicht abgeschlossen
notice_denied_text = Die Anmeldung wurde abgelehnt, oder Sie dürfen diese App nicht verwenden.
notice_forbidden_title = Sie haben keinen Zugang
notice_forbidden_text = Sie sind angemeldet, aber diese Seite ist für Sie nicht zugänglich. Wenn Sie meinen, dass sie es sein sollte, fragen Sie Ihre Administration.
notice_unavailable_title = Die Anmeldung ist gerade nicht möglich
notice_unavailable_text = Der Anmeldedienst ist nicht erreichbar. Bitte versuchen Sie es gleich noch einmal.
notice_too-many_title = Zu viele Anfragen
notice_too-many_text = Bitte warten Sie eine Weile und versuchen Sie es dann erneut.
notice_signed-out_title = Sie sind abgemeldet
notice_signed-out_text = Sie können diese Seite schließen oder sich wieder anmelden.
notice_leave_title = Wir bringen Sie zurück
notice_leave_text = Wenn nichts geschieht, verwenden Sie den Link.
notice_email-code_title = Geben Sie diesen Code dort ein, wo Sie begonnen haben
notice_email-code_text = Gehen Sie zurück zu dem Browser, in dem Sie sich anmelden wollten, und geben Sie dort diesen Code ein.
notice_not-found_title = Hier ist nichts
notice_not-found_text = Die Adresse ist vielleicht falsch oder veraltet.
notice_reference = Kennung
notice_retry = Noch einmal versuchen
notice_sign-in = Wieder anmelden
notice_continue = Weiter
sign-out_title = Abmelden?
sign-out_text = Sie müssen sich dann wieder anmelden, um diese App zu verwenden.
sign-out_submit = Abmelden
sign-out_stay = Angemeldet bleiben
invited_title = Mit diesem Link neu beginnen?
invited_text = Sie melden sich gerade schon an. Wenn Sie den Link verwenden, endet diese Anmeldung und eine neue beginnt.
invited_submit = Link verwenden
invited_stay = Mit der Anmeldung fortfahren

## Groups of methods
group_required = Jetzt nötig
group_soon = Bald nötig
group_optional = Freiwillig
use_any = Für Anmeldung und Wiederherstellung
use_sso = Für die Anmeldung
use_recovery = Für die Wiederherstellung
enrol_another = Sie haben schon eines; hier richten Sie ein weiteres ein
describe_password = Ein Passwort für Ihr Konto wählen
describe_email = Codes per E-Mail erhalten
describe_phone = Codes per SMS oder Anruf erhalten
describe_passkey = Mit Fingerabdruck, Gesicht, PIN oder Sicherheitsschlüssel
describe_app = In einer App auf Telefon oder Computer bestätigen
describe_codes = Codes aus einer App auf dem Telefon eingeben
describe_question = Eine Frage beantworten, die nur Sie beantworten können
describe_token = Codes Ihres Tokens eingeben
describe_yubikey = Einen Schlüssel berühren, der einen Code tippt
describe_duo = In der App von Duo bestätigen
describe_provider = Auf einer anderen Seite bestätigen
date = { $month ->
    [1] { $day }. Januar { $year }
    [2] { $day }. Februar { $year }
    [3] { $day }. März { $year }
    [4] { $day }. April { $year }
    [5] { $day }. Mai { $year }
    [6] { $day }. Juni { $year }
    [7] { $day }. Juli { $year }
    [8] { $day }. August { $year }
    [9] { $day }. September { $year }
    [10] { $day }. Oktober { $year }
    [11] { $day }. November { $year }
   *[12] { $day }. Dezember { $year }
}

## What scripts say and put in
show = Anzeigen
show_field = { $label } anzeigen
copy = Kopieren
copied = Kopiert
wait_going = Fertig. Es geht weiter …
wait_stopped = Diese Seite sieht nicht mehr von selbst nach. Prüfen Sie mit der Schaltfläche.
probe_looking = Okta Verify wird auf diesem Gerät gesucht …
probe_found = Okta Verify wurde gefunden. Folgen Sie den Anweisungen der App.
probe_failed = Okta Verify war auf diesem Gerät nicht erreichbar.
probe_denied = Ihr Browser ließ diese Seite nicht nach Okta Verify suchen. Erlauben Sie den Zugriff auf Apps dieses Geräts und versuchen Sie es noch einmal.
probe_noscript = Die Suche nach Okta Verify braucht JavaScript. Machen Sie sonst ohne diese Prüfung weiter.
captcha_working = Wir prüfen, dass Sie kein Roboter sind …
captcha_done = Die Prüfung ist bestanden.
captcha_failed = Die Prüfung hat nicht geklappt. Laden Sie diese Seite neu, um es noch einmal zu versuchen.
captcha_needed = Dieser Schritt prüft, dass Sie kein Roboter sind, und braucht dafür JavaScript. Schalten Sie es ein oder wählen Sie einen anderen Weg.
captcha_off = Dieser Schritt verlangt eine Prüfung, die hier nicht eingerichtet ist. Wählen Sie einen anderen Weg oder fragen Sie Ihre Administration.
duo_frame = Bestätigung durch Duo
duo_needed = Die Bestätigung durch Duo braucht JavaScript. Schalten Sie es ein oder wählen Sie einen anderen Weg.
duo_off = Die Bestätigung durch Duo kann hier nicht angezeigt werden. Wählen Sie einen anderen Weg.
hosted_link = Auf der Anmeldeseite Ihrer Organisation abschließen
device_frame = Prüfung dieses Geräts
webauthn_verify = Sie brauchen Ihre PIN, Ihren Fingerabdruck oder Ihr Gesicht.
webauthn_help_title = Bestätigen klappt nicht?
webauthn_help_text = Achten Sie darauf, das Gerät oder den Schlüssel zu verwenden, das oder den Sie eingerichtet haben. Sie können auch einen anderen Weg wählen.
webauthn_again = Noch einmal versuchen

## Links of every page
link_help = Hilfe
link_support = Kontakt
