## Titles, first sentences and buttons of the steps
activation-email_title = Votre lien d’activation a expiré
activation-email_intro = Nous pouvons vous en envoyer un nouveau.
activation-email_submit = Envoyer un nouveau lien
busy_title = Veuillez patienter un instant
busy_intro = Le service de connexion est très sollicité. Nous réessayons bientôt ; rien n’est perdu.
busy_submit = Réessayer maintenant
channel-data_title = Où devons-nous envoyer le lien ?
channel-data_intro = Ouvrez le lien sur le téléphone que vous souhaitez utiliser.
channel-data_submit = Envoyer le lien
consent_title = { $app } demande un accès
consent_intro = N’autorisez que si vous faites confiance à l’application.
consent_scopes = L’application pourrait :
consent_yes = Autoriser
consent_no = Ne pas autoriser
consent_submit = Autoriser
custom-password-expired_title = Votre mot de passe a expiré
custom-password-expired_intro = Changez-le sur { $name }, puis revenez vous connecter.
custom-password-expired_intro_soon = Vous pouvez le changer sur { $name }.
custom-password-expired_submit = Continuer
device-assurance_title = Votre appareil demande votre attention
device-assurance_intro = Vous pouvez continuer pour l’instant.
device-assurance_submit = Continuer
device-probe_title = Vérification de cet appareil
device-probe_intro = Ouvrez Okta Verify sur cet appareil et suivez ses instructions, puis revenez ici.
device-probe_intro_probe = Nous vérifions si Okta Verify sur cet appareil peut confirmer que c’est bien vous.
device-probe_submit = Vérifier maintenant
device-setup_title = Configurez d’abord cet appareil
device-setup_step_1 = Ouvrez l’adresse ci-dessous sur cet appareil, ou installez l’application indiquée.
device-setup_step_2 = Suivez les instructions jusqu’à ce que l’appareil soit configuré.
device-setup_step_3 = Revenez ici et connectez-vous à nouveau.
duo_title = Vérifier avec Duo
duo_intro = Duo vous demandera de confirmer que c’est bien vous.
duo_submit = Vérifier
email-code_title = Saisissez le code reçu par e-mail
email-code_intro = Nous avons envoyé un code à { $to }.
email-code_intro_nowhere = Nous vous avons envoyé un e-mail contenant un code.
email-code_intro_link = Vous pouvez aussi suivre le lien de l’e-mail.
email-code_submit = Vérifier
email-consent_title = Venez-vous d’essayer de vous connecter ?
email-consent_intro = Quelqu’un a demandé à se connecter avec votre adresse e-mail.
email-consent_yes = Oui, c’est moi
email-consent_no = Non, ce n’est pas moi
email-consent_submit = Oui, c’est moi
email-send_title = Recevoir un code par e-mail
email-send_intro = Nous enverrons un code à { $to }.
email-send_intro_nowhere = Nous enverrons un code à votre adresse e-mail.
email-send_submit = Envoyer l’e-mail
google-code_title = Saisissez le code de votre application
google-code_intro = Ouvrez { $name } sur votre téléphone et saisissez le code affiché pour ce compte.
google-code_submit = Vérifier
google-enroll_title = Configurez votre application d’authentification
google-enroll_intro = L’application crée des codes que vous seul possédez.
google-enroll_step_1 = Ouvrez votre application d’authentification et ajoutez un compte.
google-enroll_step_2 = Scannez l’image, ou saisissez la clé de configuration située dessous.
google-enroll_step_3 = Saisissez le code que l’application affiche ensuite.
google-enroll_submit = Vérifier
identify_title = Se connecter
identify_submit = Suivant
identify-password_title = Se connecter
identify-password_submit = Se connecter
identity-proofing_title = Vérifiez votre identité
identity-proofing_intro = { $name } vérifiera qui vous êtes, puis vous renverra ici.
identity-proofing_submit = Continuer
keep-signed-in_title = Rester connecté ?
keep-signed-in_intro = Ne choisissez cela que sur un appareil qui vous appartient.
keep-signed-in_yes = Rester connecté
keep-signed-in_no = Ne pas rester connecté
keep-signed-in_submit = Rester connecté
nfc-pin_title = Utilisez votre carte
nfc-pin_title_new = Choisissez un code PIN pour votre carte
nfc-pin_intro = Approchez la carte de votre téléphone et saisissez son code PIN.
nfc-pin_intro_tap = Ouvrez Okta Verify sur votre téléphone, puis approchez-en votre carte.
nfc-pin_submit = Suivant
other_title = Continuer avec { $name }
other_title_unnamed = Encore une étape
other_submit = Continuer
password_title = Saisissez votre mot de passe
password_submit = Vérifier
password-enroll_title = Créez un mot de passe
password-enroll_intro = Choisissez-en un que vous n’utilisez nulle part ailleurs.
password-enroll_submit = Enregistrer le mot de passe
password-expired_title = Votre mot de passe a expiré
password-expired_intro = Choisissez-en un nouveau pour continuer.
password-expired_submit = Changer le mot de passe
password-expiring_title = { $days ->
    [one] Votre mot de passe expire dans { $days } jour
   *[other] Votre mot de passe expire dans { $days } jours
}
password-expiring_title_soon = Votre mot de passe expire bientôt
password-expiring_title_today = Votre mot de passe expire aujourd’hui
password-expiring_intro = Vous pouvez le changer maintenant et continuer avec le nouveau.
password-expiring_submit = Changer le mot de passe
password-reset_title = Réinitialisez votre mot de passe
password-reset_intro = Choisissez un nouveau mot de passe.
password-reset_submit = Réinitialiser le mot de passe
phone-code_title = Saisissez le code reçu sur votre téléphone
phone-code_intro = Nous avons envoyé un code à { $to }.
phone-code_intro_nowhere = Nous avons envoyé un code à votre téléphone.
phone-code_intro_voice = Nous appelons { $to } pour donner un code.
phone-code_submit = Vérifier
phone-enroll_title = Configurez votre téléphone
phone-enroll_intro = Nous enverrons des codes à ce numéro. Votre opérateur peut facturer les messages et les appels.
phone-enroll_submit = Recevoir un code
phone-send_title = Vérifier par téléphone
phone-send_intro = Nous enverrons un code à { $to }. Votre opérateur peut facturer les messages et les appels.
phone-send_intro_nowhere = Nous enverrons un code à votre téléphone. Votre opérateur peut facturer les messages et les appels.
phone-send_submit = Recevoir un code
profile_title = Créez un compte
profile_submit = S’inscrire
profile-update_title = Encore quelques informations
profile-update_intro = Veuillez compléter votre profil.
profile-update_submit = Terminer
push-again_title = La notification n’a pas été approuvée
push-again_intro = Vous pouvez en faire envoyer une autre à votre appareil.
push-again_submit = Renvoyer
push-send_title = Vérifier avec { $name }
push-send_title_unnamed = Vérifier avec votre application
push-send_intro = Choisissez comment vous souhaitez vérifier.
push-send_intro_push = Nous enverrons une notification à votre appareil. Approuvez-la sur celui-ci.
push-send_submit = Envoyer une notification
push-wait_title = Consultez votre téléphone
push-wait_intro = Nous avons envoyé une notification à votre appareil. Ouvrez-la et approuvez la connexion.
push-wait_submit = Vérifier maintenant
question_title = Répondez à votre question de sécurité
question_submit = Vérifier
question-enroll_title = Configurez une question de sécurité
question-enroll_intro = Choisissez une question ou écrivez la vôtre. Vous seul devez connaître la réponse.
question-enroll_submit = Enregistrer la réponse
recovery_title = Réinitialisez votre mot de passe
recovery_intro = Dites-nous qui vous êtes et nous vous aiderons à choisir un nouveau mot de passe.
recovery_submit = Suivant
redirect_title = Continuer avec { $name }
redirect_title_unnamed = Continuer
redirect_intro = Vous y serez dirigé pour la vérification, puis vous reviendrez ici.
redirect_submit = Continuer
reset_title = Réinitialiser { $name }
reset_intro = Faites un nouveau choix pour continuer.
reset_submit = Réinitialiser
select-authenticate_title = Choisissez comment vérifier
select-authenticate_intro = Choisissez l’un des moyens que vous avez configurés.
select-authenticate_submit = Continuer
select-channel_title = Configurez Okta Verify autrement
select-channel_intro = Choisissez ce qui convient le mieux à votre appareil.
select-channel_submit = Suivant
select-enroll_title = Configurez des méthodes de sécurité
select-enroll_intro = Elles protègent votre compte et garantissent que c’est bien vous qui vous connectez.
select-enroll_submit = Configurer
select-identify_title = Se connecter
select-identify_intro = Vous avez déjà un compte ?
select-identify_submit = Se connecter
select-recover_title = Choisissez comment réinitialiser votre mot de passe
select-recover_intro = Vérifiez d’abord que c’est bien vous.
select-recover_submit = Continuer
select-unlock_title = Déverrouillez votre compte
select-unlock_intro = Vérifiez que c’est bien vous, et nous déverrouillerons votre compte.
select-unlock_submit = Déverrouiller
skip_title = Terminez la configuration
skip_intro = Vous pouvez continuer maintenant.
skip_submit = Continuer
smart-card_title = Insérez votre carte à puce
smart-card_intro = Insérez la carte dans son lecteur. Votre navigateur demandera un certificat et peut-être un code PIN.
smart-card_submit = Continuer
sso-extension_title = Vérification de cet appareil
sso-extension_intro = La gestion de votre appareil peut répondre d’elle-même. Si rien ne se passe, continuez.
sso-extension_submit = Continuer
terminal_title = Vous pouvez fermer cette page
token-code_title = Saisissez le code de { $name }
token-code_title_unnamed = Saisissez votre code
token-code_title_tac = Saisissez votre code d’accès temporaire
token-code_intro = Saisissez le code fourni par votre appareil ou votre administrateur.
token-code_submit = Vérifier
token-enroll_title = Configurez { $name }
token-enroll_title_unnamed = Configurez votre jeton
token-enroll_intro = Saisissez ce qu’affiche votre jeton ou votre application.
token-enroll_submit = Vérifier
unlock_title = Déverrouillez votre compte
unlock_intro = Nous vérifierons d’abord que c’est bien vous.
unlock_submit = Suivant
user-code_title = Connectez un appareil
user-code_intro = Saisissez le code affiché par votre appareil.
user-code_submit = Suivant
verify-code_title = Saisissez le code d’Okta Verify
verify-code_intro = Ouvrez Okta Verify sur votre téléphone et saisissez le code affiché.
verify-code_submit = Vérifier
verify-enroll_title = Configurez Okta Verify
verify-enroll_intro = Okta Verify confirme sur votre téléphone que c’est bien vous.
verify-enroll_intro_email = Nous avons envoyé un lien à { $to }. Ouvrez-le sur votre téléphone pour continuer.
verify-enroll_intro_sms = Nous avons envoyé un lien à { $to }. Ouvrez-le sur votre téléphone pour continuer.
verify-enroll_intro_samedevice = Configurez Okta Verify sur cet appareil, puis revenez ici.
verify-enroll_intro_devicebootstrap = Utilisez un appareil sur lequel Okta Verify est déjà configuré.
verify-enroll_step_1 = Installez Okta Verify sur votre téléphone depuis sa boutique d’applications.
verify-enroll_step_2 = Ouvrez-la et choisissez d’ajouter un compte pour votre organisation.
verify-enroll_step_3 = Scannez cette image. Si vous ne pouvez pas, choisissez un autre moyen ci-dessous.
verify-enroll_samedevice_step_1 = Installez Okta Verify sur cet appareil.
verify-enroll_samedevice_step_2 = Ouvrez-la et choisissez d’ajouter un compte.
verify-enroll_samedevice_step_3 = Saisissez l’adresse de connexion de votre organisation, puis suivez l’application.
verify-enroll_devicebootstrap_step_1 = Ouvrez Okta Verify sur l’un de ces appareils.
verify-enroll_devicebootstrap_step_2 = Choisissez votre compte, puis de l’ajouter à un autre appareil.
verify-enroll_devicebootstrap_step_3 = Suivez les instructions de l’application.
verify-enroll_submit = Vérifier maintenant
webauthn-create_title = Configurez une clé d’accès
webauthn-create_title_any = Configurez une clé d’accès ou de sécurité
webauthn-create_intro = Votre empreinte, votre visage, votre code PIN ou votre clé de sécurité confirmera que c’est bien vous.
webauthn-create_submit = Créer une clé d’accès
webauthn-get_title = Utilisez votre clé d’accès ou de sécurité
webauthn-get_title_passkey = Utilisez votre clé d’accès
webauthn-get_intro = Votre navigateur demandera votre empreinte, votre visage, votre code PIN ou votre clé de sécurité.
webauthn-get_submit = Utiliser la clé d’accès
yubikey_title = Touchez votre YubiKey
yubikey_intro = Insérez la clé et touchez-la : elle saisit un code et continue d’elle-même.
yubikey_submit = Vérifier

## Terminal pages, by the key of their message
terminal_title_error = Nous ne pouvons pas continuer
terminal_title_return = Revenez à votre autre onglet
terminal_title_code = Saisissez ce code là où vous avez commencé
terminal_title_done = Terminé
terminal_title_expired = Votre connexion a expiré
terminal_title_many = Trop de tentatives
terminal_warning = Si vous n’avez pas demandé ce code, ne le donnez à personne et fermez cette page.
folded = Utiliser plutôt ce formulaire
start-again = Recommencer
back-to-sign-in = Retour à la connexion

## Actions on other pages
cancel_link = Retour à la connexion
cancel_submit = Retour à la connexion
not-you = Ce n’est pas vous ?
embedded_resend = Renvoyer
embedded_send = Envoyer maintenant
embedded_recover = Mot de passe oublié ?
embedded_recover_pin = Code PIN oublié ?
embedded_poll = J’ai suivi le lien
embedded_cancel = Continuer sans cela
link_select-authenticator-authenticate = Vérifier autrement
link_select-authenticator-enroll = Configurer autre chose
link_select-authenticator-enroll-data = Configurer autre chose
link_select-authenticator-unlock-account = Déverrouiller autrement
link_select-enrollment-channel = Impossible ? Essayez un autre moyen
link_select-enroll-profile = S’inscrire
link_select-identify = Se connecter plutôt
link_unlock-account = Déverrouiller le compte
link_skip = Me le rappeler plus tard
link_skip_now = Passer pour l’instant
link_skip_perhaps = Peut-être plus tard
link_launch-authenticator = Se connecter avec Okta Verify
link_launch-nfc-authenticator = Se connecter avec une carte
link_launch-webauthn-authenticator = Se connecter avec une clé d’accès
link_launch-passkeys-authenticator = Se connecter avec une clé d’accès
link_enroll-webauthn-residentkey = Configurer une clé d’accès sur cet appareil
link_piv-idp = Se connecter avec une carte à puce
link_provider = Continuer avec { $name }
link_provider_unnamed = Continuer avec votre fournisseur d’identité
link_go-to = Aller sur { $name }
link_open-app = Ouvrir Okta Verify
link_download = Obtenir Okta Verify
link_set-up = Configurer Okta Verify
link_terms = Conditions d’utilisation
link_privacy = Politique de confidentialité
link_more = En savoir plus
link_back = Retour
or = ou
branch = Continuer

## Methods and channels
methodType_sms = M’envoyer un code par SMS
methodType_voice = M’appeler pour donner un code
methodType_email = Envoyer un e-mail
methodType_push = Envoyer une notification
methodType_totp = Saisir un code
methodType_signed_nonce = Utiliser Okta FastPass
channel_qrcode = Scanner un code QR
channel_email = M’envoyer un lien par e-mail
channel_sms = M’envoyer un lien par SMS
channel_samedevice = Configurer sur cet appareil
channel_devicebootstrap = Utiliser un appareil déjà configuré

## Fields
field_identifier = Nom d’utilisateur
field_passcode = Code
field_totp = Code
field_phoneNumber = Numéro de téléphone
field_email = Adresse e-mail
field_answer = Réponse
field_question = Votre question
field_questionKey = Question
field_userCode = Code
field_methodType = Comment
field_methodType_phone = Comment recevoir le code
field_channel = Comment
field_authenticator = Méthodes
field_consent = Décision
field_rememberMe = Rester connecté
field_country = Pays ou région
field_extension = Poste (pour les appels seulement)
field_again = Répétez le nouveau mot de passe
field_again_pin = Répétez le nouveau code PIN
field_optional = { $label } (facultatif)
choose = Choisissez…
always = Toujours partagé
hint_answer = Votre réponse n’est pas affichée pendant la saisie.
hint_phone = Vous pouvez aussi saisir le numéro entier, en commençant par + et l’indicatif du pays.
hint_user-code = Avec ou sans le trait d’union.
hint_set = Séparez-en plusieurs par des virgules.
hint_length = { $n ->
    [one] { $n } caractère
   *[other] { $n } caractères
}
hint_least = { $n ->
    [one] Au moins { $n } caractère
   *[other] Au moins { $n } caractères
}
hint_most = { $n ->
    [one] Au plus { $n } caractère
   *[other] Au plus { $n } caractères
}
hint_between = { $least } à { $most } caractères
grace_skips = { $n ->
    [one] Peut encore être reporté une fois
   *[other] Peut encore être reporté { $n } fois
}
grace_date = Requis avant le { $date }

## Passwords
rules_heading = Votre mot de passe doit contenir ou respecter :
rule_length = { $n ->
    [one] au moins { $n } caractère
   *[other] au moins { $n } caractères
}
rule_lower = une lettre minuscule
rule_upper = une lettre majuscule
rule_number = un chiffre
rule_symbol = un symbole
rule_ad = trois de ces quatre éléments : minuscules, majuscules, chiffres, symboles
rule_repeat = { $n ->
    [one] aucun caractère deux fois de suite
   *[other] aucun caractère plus de { $n } fois de suite
}
rule_username = aucune partie de votre nom d’utilisateur
rule_first-name = pas votre prénom
rule_last-name = pas votre nom de famille
rule_history = { $n ->
    [one] pas votre dernier mot de passe
   *[other] aucun de vos { $n } derniers mots de passe
}
rule_age_days = { $n ->
    [one] une fois changé, il reste au moins { $n } jour
   *[other] une fois changé, il reste au moins { $n } jours
}
rule_age_hours = { $n ->
    [one] une fois changé, il reste au moins { $n } heure
   *[other] une fois changé, il reste au moins { $n } heures
}
rule_age_minutes = { $n ->
    [one] une fois changé, il reste au moins { $n } minute
   *[other] une fois changé, il reste au moins { $n } minutes
}

## Facts
fact_app = Application
fact_browser = Navigateur
fact_place = Lieu
fact_org = Adresse de connexion
fact_vendor = Géré par
fact_platform = Plateforme
fact_enrolment-link = Adresse
fact_devices = Vos appareils avec Okta Verify
number = Votre nombre est { $number }. Choisissez-le sur votre téléphone.
qr_alt = Code QR à scanner avec votre application ; le même sous forme de texte ou un autre moyen suit sur cette page.
secret = Clé de configuration

## Problems found here
problem_heading = Il y a un problème
problem_required = Veuillez remplir ce champ.
problem_choose = Veuillez faire un choix.
problem_again = Les deux saisies ne sont pas identiques.
problem_number = Veuillez saisir un nombre.
problem_rules = Choisissez un mot de passe qui respecte toutes les règles.
problem_country = Choisissez un pays, ou commencez le numéro par + et son indicatif.
problem_script = Cette étape nécessite JavaScript. Activez-le ou choisissez un autre moyen.
problem_action = Ce n’est plus possible. Veuillez poursuivre cette étape.

## Messages by key, where the engine sends none
message = Quelque chose demande votre attention. Veuillez réessayer.
message_idx_session_expired = Votre connexion a expiré. Veuillez recommencer.
message_tooManyRequests = Trop de tentatives. Patientez un peu, puis réessayez.
message_oie_tooManyRequests = Trop de tentatives. Patientez un peu, puis réessayez.
message_E0000047 = Trop de tentatives. Patientez un peu, puis réessayez.
message_api_authn_error_PASSCODE_INVALID = Ce code n’est pas correct. Veuillez réessayer.
message_incorrectPassword = Le nom d’utilisateur ou le mot de passe n’est pas correct.
message_errors_E0000004 = Le nom d’utilisateur ou le mot de passe n’est pas correct.
message_idx_password_expiring_message = Quand votre mot de passe expirera, un nouveau vous sera demandé.
message_error_username_required = Veuillez saisir votre nom d’utilisateur.
message_error_password_required = Veuillez saisir votre mot de passe.
message_error_expired_session = Votre connexion a expiré. Veuillez recommencer.
message_security_access_denied = Vous n’avez pas accès.
message_idx_return_to_original_tab = Revenez à l’onglet où vous avez commencé. La suite s’y trouve.
message_E0000009 = Le service est en maintenance. Veuillez réessayer plus tard.
message_E0000010 = Le service est en maintenance. Veuillez réessayer plus tard.

## The frame of every page
frame_skip = Aller au contenu
frame_error = Erreur :
frame_signing-in = Connexion en tant que
frame_brand = Se connecter
frame_footer = Sécurisé par Interlock
frame_actions = Autres moyens de continuer
wait_noscript = Cette page se vérifie d’elle-même.
wait_stop = Arrêter la vérification automatique
script_needed = Cette étape nécessite JavaScript et un navigateur qui connaît les clés d’accès. Si le vôtre ne le peut pas, choisissez un autre moyen.
webauthn_failed = Cela n’a pas fonctionné. Réessayez ou choisissez un autre moyen.
webauthn_origin = Les clés d’accès ne peuvent pas être utilisées à cette adresse. Veuillez choisir un autre moyen.

## Notes
note_hosted = L’autre page de connexion n’a pas abouti. Réessayez ou choisissez un autre moyen.
note_moved-on = Vous avez avancé entre-temps. Voici l’étape en cours.
note_expired = Cela a pris trop de temps ; nous avons commencé une nouvelle connexion.
note_no-cookie = Votre navigateur n’a envoyé aucun cookie avec votre réponse. Autorisez les cookies pour ce site, puis réessayez.
note_too-many = Trop de tentatives. Patientez un peu, puis réessayez.

## Notices
notice_app-away_title = L’application n’est pas disponible pour le moment
notice_app-away_text = Vous êtes connecté, mais l’application n’a pas répondu. Veuillez réessayer dans un instant.
notice_error_title = Une erreur s’est produite
notice_error_text = Nous n’avons pas pu vous connecter. Vous n’y êtes pour rien ; veuillez recommencer.
notice_refused_title = Cette demande ne peut pas être acceptée
notice_refused_text = Elle n’appartient pas à cette connexion ou vient d’un autre site. Veuillez recommencer.
notice_denied_title = La connexion n’a pas abouti
notice_denied_text = La connexion a été refusée ou vous n’êtes pas autorisé à utiliser cette application.
notice_forbidden_title = Vous n’avez pas accès
notice_forbidden_text = Vous êtes connecté, mais cette page ne vous est pas ouverte. Si vous pensez qu’elle devrait l’être, demandez à votre administrateur.
notice_unavailable_title = La connexion n’est pas possible pour le moment
notice_unavailable_text = Le service de connexion est injoignable. Veuillez réessayer dans un instant.
notice_too-many_title = Trop de demandes
notice_too-many_text = Veuillez patienter un peu, puis réessayez.
notice_signed-out_title = Vous êtes déconnecté
notice_signed-out_text = Vous pouvez fermer cette page ou vous reconnecter.
notice_leave_title = Nous vous ramenons
notice_leave_text = Si rien ne se passe, utilisez le lien.
notice_email-code_title = Saisissez ce code là où vous avez commencé
notice_email-code_text = Revenez au navigateur dans lequel vous vous connectiez et saisissez-y ce code.
notice_not-found_title = Il n’y a rien ici
notice_not-found_text = L’adresse est peut-être erronée ou périmée.
notice_reference = Référence
notice_retry = Réessayer
notice_sign-in = Se reconnecter
notice_continue = Continuer
sign-out_title = Se déconnecter ?
sign-out_text = Vous devrez vous reconnecter pour utiliser cette application.
sign-out_submit = Se déconnecter
sign-out_stay = Rester connecté
invited_title = Recommencer avec ce lien ?
invited_text = Une connexion est déjà en cours. Si vous utilisez le lien, elle prend fin et une nouvelle commence.
invited_submit = Utiliser le lien
invited_stay = Poursuivre la connexion

## Groups of methods
group_required = Requis maintenant
group_soon = Bientôt requis
group_optional = Facultatif
use_any = Pour la connexion et la récupération
use_sso = Pour la connexion
use_recovery = Pour la récupération
enrol_another = Vous en avez déjà un ; ceci en configure un autre
describe_password = Choisir un mot de passe pour votre compte
describe_email = Recevoir des codes par e-mail
describe_phone = Recevoir des codes par SMS ou appel
describe_passkey = Avec votre empreinte, votre visage, un code PIN ou une clé de sécurité
describe_app = Confirmer dans une application du téléphone ou de l’ordinateur
describe_codes = Saisir les codes d’une application du téléphone
describe_question = Répondre à une question que vous seul connaissez
describe_token = Saisir les codes de votre jeton
describe_yubikey = Toucher une clé qui saisit un code
describe_duo = Confirmer dans l’application de Duo
describe_provider = Vérifier sur un autre site
date = { $month ->
    [1] { $day } janvier { $year }
    [2] { $day } février { $year }
    [3] { $day } mars { $year }
    [4] { $day } avril { $year }
    [5] { $day } mai { $year }
    [6] { $day } juin { $year }
    [7] { $day } juillet { $year }
    [8] { $day } août { $year }
    [9] { $day } septembre { $year }
    [10] { $day } octobre { $year }
    [11] { $day } novembre { $year }
   *[12] { $day } décembre { $year }
}

## What scripts say and put in
show = Afficher
show_field = Afficher { $label }
copy = Copier
copied = Copié
wait_going = C’est fait. On continue…
wait_stopped = Cette page a cessé de vérifier. Utilisez le bouton pour vérifier à nouveau.
probe_looking = Recherche d’Okta Verify sur cet appareil…
probe_found = Okta Verify a été trouvé. Suivez ses instructions.
probe_failed = Okta Verify est injoignable sur cet appareil.
probe_denied = Votre navigateur n’a pas laissé cette page rechercher Okta Verify. Autorisez l’accès aux applications de cet appareil, puis réessayez.
probe_noscript = La recherche d’Okta Verify nécessite JavaScript. Sinon, continuez sans cette vérification.
captcha_working = Nous vérifions que vous n’êtes pas un robot…
captcha_done = La vérification a réussi.
captcha_failed = La vérification n’a pas fonctionné. Rechargez cette page pour réessayer.
captcha_needed = Cette étape vérifie que vous n’êtes pas un robot, ce qui nécessite JavaScript. Activez-le ou choisissez un autre moyen.
captcha_off = Cette étape demande une vérification qui n’est pas configurée ici. Choisissez un autre moyen ou demandez à votre administrateur.
duo_frame = Vérification par Duo
duo_needed = La vérification par Duo nécessite JavaScript. Activez-le ou choisissez un autre moyen.
duo_off = La vérification par Duo ne peut pas être affichée ici. Choisissez un autre moyen.
hosted_link = Terminer sur la page de connexion de votre organisation
device_frame = Vérification de cet appareil
webauthn_verify = Votre code PIN, votre empreinte ou votre visage sera demandé.
webauthn_help_title = Vérification impossible ?
webauthn_help_text = Assurez-vous d’utiliser l’appareil ou la clé que vous avez configurés. Vous pouvez aussi choisir un autre moyen.
webauthn_again = Réessayer

## Links of every page
link_help = Aide
link_support = Assistance
