## Titles, first sentences and buttons of the steps
activation-email_title = Your activation link has expired
activation-email_intro = We can send you a new one.
activation-email_submit = Send a new link
busy_title = Please wait a moment
busy_intro = The sign-in service is busy. We’ll try again shortly; nothing is lost.
busy_submit = Try now
channel-data_title = Where should we send the link?
channel-data_intro = Open the link on the phone you want to use.
channel-data_submit = Send link
consent_title = { $app } would like access
consent_intro = Allow this only if you trust the app.
consent_scopes = The app would be able to:
consent_yes = Allow
consent_no = Don’t allow
consent_submit = Allow
custom-password-expired_title = Your password has expired
custom-password-expired_intro = Change it at { $name }, then come back and sign in.
custom-password-expired_intro_soon = You can change it at { $name }.
custom-password-expired_submit = Continue
device-assurance_title = Your device needs attention
device-assurance_intro = You can go on for now.
device-assurance_submit = Continue
device-probe_title = Checking this device
device-probe_intro = Open Okta Verify on this device and follow its instructions, then come back here.
device-probe_intro_probe = We’re checking whether Okta Verify on this device can confirm that it’s you.
device-probe_submit = Check now
device-setup_title = Set up this device first
device-setup_step_1 = Open the address below on this device, or install the app it names.
device-setup_step_2 = Follow the instructions until the device is set up.
device-setup_step_3 = Come back here and sign in again.
duo_title = Verify with Duo
duo_intro = Duo will ask you to confirm that it’s you.
duo_submit = Verify
email-code_title = Enter the code we emailed
email-code_intro = We sent a code to { $to }.
email-code_intro_nowhere = We sent you an email with a code.
email-code_intro_link = You can also follow the link in the email.
email-code_submit = Verify
email-consent_title = Did you just try to sign in?
email-consent_intro = Someone asked to sign in with your email address.
email-consent_yes = Yes, it’s me
email-consent_no = No, not me
email-consent_submit = Yes, it’s me
email-send_title = Get a code by email
email-send_intro = We’ll send a code to { $to }.
email-send_intro_nowhere = We’ll send a code to your email address.
email-send_submit = Send email
google-code_title = Enter the code from your app
google-code_intro = Open { $name } on your phone and type the code it shows for this account.
google-code_submit = Verify
google-enroll_title = Set up your authenticator app
google-enroll_intro = The app makes codes that only you have.
google-enroll_step_1 = Open your authenticator app and add an account.
google-enroll_step_2 = Scan the picture, or type the setup key below it.
google-enroll_step_3 = Type the code that the app then shows.
google-enroll_submit = Verify
identify_title = Sign in
identify_submit = Next
identify-password_title = Sign in
identify-password_submit = Sign in
identity-proofing_title = Verify your identity
identity-proofing_intro = { $name } will check who you are, then send you back here.
identity-proofing_submit = Continue
keep-signed-in_title = Stay signed in?
keep-signed-in_intro = Choose this only on a device that is yours.
keep-signed-in_yes = Stay signed in
keep-signed-in_no = Don’t stay signed in
keep-signed-in_submit = Stay signed in
nfc-pin_title = Use your card
nfc-pin_title_new = Choose a PIN for your card
nfc-pin_intro = Hold the card to your phone and enter its PIN.
nfc-pin_intro_tap = Open Okta Verify on your phone, then hold your card to it.
nfc-pin_submit = Next
other_title = Continue with { $name }
other_title_unnamed = One more step
other_submit = Continue
password_title = Enter your password
password_submit = Verify
password-enroll_title = Create a password
password-enroll_intro = Choose one that you use nowhere else.
password-enroll_submit = Save password
password-expired_title = Your password has expired
password-expired_intro = Choose a new one to go on.
password-expired_submit = Change password
password-expiring_title = { $days ->
    [one] Your password expires in { $days } day
   *[other] Your password expires in { $days } days
}
password-expiring_title_soon = Your password will expire soon
password-expiring_title_today = Your password expires today
password-expiring_intro = You can change it now and go on with the new one.
password-expiring_submit = Change password
password-reset_title = Reset your password
password-reset_intro = Choose a new password.
password-reset_submit = Reset password
phone-code_title = Enter the code from your phone
phone-code_intro = We sent a code to { $to }.
phone-code_intro_nowhere = We sent a code to your phone.
phone-code_intro_voice = We’re calling { $to } with a code.
phone-code_submit = Verify
phone-enroll_title = Set up your phone
phone-enroll_intro = We’ll send codes to this number. Your carrier may charge for messages and calls.
phone-enroll_submit = Get a code
phone-send_title = Verify by phone
phone-send_intro = We’ll send a code to { $to }. Your carrier may charge for messages and calls.
phone-send_intro_nowhere = We’ll send a code to your phone. Your carrier may charge for messages and calls.
phone-send_submit = Get a code
profile_title = Create an account
profile_submit = Sign up
profile-update_title = A few more details
profile-update_intro = Please complete your profile.
profile-update_submit = Finish
push-again_title = The push was not approved
push-again_intro = You can have another one sent to your device.
push-again_submit = Send again
push-send_title = Verify with { $name }
push-send_title_unnamed = Verify with your app
push-send_intro = Choose how you want to verify.
push-send_intro_push = We’ll send a notification to your device. Approve it there.
push-send_submit = Send push
push-wait_title = Check your phone
push-wait_intro = We sent a push notification to your device. Open it and approve the sign-in.
push-wait_submit = Check now
question_title = Answer your security question
question_submit = Verify
question-enroll_title = Set up a security question
question-enroll_intro = Choose a question, or write your own. Its answer should be known to you alone.
question-enroll_submit = Save answer
recovery_title = Reset your password
recovery_intro = Tell us who you are, and we’ll help you choose a new password.
recovery_submit = Next
redirect_title = Continue with { $name }
redirect_title_unnamed = Continue
redirect_intro = You’ll go there to verify, then come back here.
redirect_submit = Continue
reset_title = Reset { $name }
reset_intro = Choose a new one to go on.
reset_submit = Reset
select-authenticate_title = Choose how to verify
select-authenticate_intro = Pick one of the ways you’ve set up.
select-authenticate_submit = Continue
select-channel_title = Choose another way to set up Okta Verify
select-channel_intro = Pick what works best for your device.
select-channel_submit = Next
select-enroll_title = Set up security methods
select-enroll_intro = They protect your account and make sure it’s you who signs in.
select-enroll_submit = Set up
select-identify_title = Sign in
select-identify_intro = Already have an account?
select-identify_submit = Sign in
select-recover_title = Choose how to reset your password
select-recover_intro = First, verify that it’s you.
select-recover_submit = Continue
select-unlock_title = Unlock your account
select-unlock_intro = Verify that it’s you, and we’ll unlock your account.
select-unlock_submit = Unlock
skip_title = Finish setting up
skip_intro = You can go on now.
skip_submit = Continue
smart-card_title = Insert your smart card
smart-card_intro = Put the card into its reader. Your browser will ask for a certificate and perhaps a PIN.
smart-card_submit = Continue
sso-extension_title = Checking this device
sso-extension_intro = Your device’s management may answer by itself. If nothing happens, go on.
sso-extension_submit = Continue
terminal_title = You can close this page
token-code_title = Enter the code from { $name }
token-code_title_unnamed = Enter your code
token-code_title_tac = Enter your temporary access code
token-code_intro = Type the code that your device or administrator gave you.
token-code_submit = Verify
token-enroll_title = Set up { $name }
token-enroll_title_unnamed = Set up your token
token-enroll_intro = Type what your token or app shows.
token-enroll_submit = Verify
unlock_title = Unlock your account
unlock_intro = We’ll check that it’s you first.
unlock_submit = Next
user-code_title = Connect a device
user-code_intro = Type the code that your device shows.
user-code_submit = Next
verify-code_title = Enter the code from Okta Verify
verify-code_intro = Open Okta Verify on your phone and type the code it shows.
verify-code_submit = Verify
verify-enroll_title = Set up Okta Verify
verify-enroll_intro = Okta Verify confirms on your phone that it’s you.
verify-enroll_intro_email = We sent a link to { $to }. Open it on your phone to go on.
verify-enroll_intro_sms = We sent a link to { $to }. Open it on your phone to go on.
verify-enroll_intro_samedevice = Set up Okta Verify on this device, then come back here.
verify-enroll_intro_devicebootstrap = Use a device on which Okta Verify is already set up.
verify-enroll_step_1 = Install Okta Verify on your phone from its app store.
verify-enroll_step_2 = Open it and choose to add an account for your organization.
verify-enroll_step_3 = Scan this picture. If you can’t, choose another way below.
verify-enroll_samedevice_step_1 = Install Okta Verify on this device.
verify-enroll_samedevice_step_2 = Open it and choose to add an account.
verify-enroll_samedevice_step_3 = Enter the sign-in address of your organization, then follow the app.
verify-enroll_devicebootstrap_step_1 = Open Okta Verify on one of those devices.
verify-enroll_devicebootstrap_step_2 = Choose your account, then to add it to another device.
verify-enroll_devicebootstrap_step_3 = Follow the instructions in the app.
verify-enroll_submit = Check now
webauthn-create_title = Set up a passkey
webauthn-create_title_any = Set up a passkey or security key
webauthn-create_intro = Your fingerprint, face, PIN or security key will confirm that it’s you.
webauthn-create_submit = Create passkey
webauthn-get_title = Use your passkey or security key
webauthn-get_title_passkey = Use your passkey
webauthn-get_intro = Your browser will ask for your fingerprint, face, PIN or security key.
webauthn-get_submit = Use passkey
yubikey_title = Touch your YubiKey
yubikey_intro = Insert the key and touch it: it types a code and goes on by itself.
yubikey_submit = Verify

## Terminal pages, by the key of their message
terminal_title_error = We can’t continue
terminal_title_return = Go back to your other tab
terminal_title_code = Enter this code where you started
terminal_title_done = Done
terminal_title_expired = Your sign-in has expired
terminal_title_many = Too many attempts
terminal_warning = If you didn’t ask for this code, give it to nobody and close this page.
folded = Use this form instead
start-again = Start again
back-to-sign-in = Back to sign in

## Actions on other pages
cancel_link = Back to sign in
cancel_submit = Back to sign in
not-you = Not you?
embedded_resend = Send it again
embedded_send = Send it now
embedded_recover = Forgot password?
embedded_recover_pin = Forgot PIN?
embedded_poll = I’ve followed the link
embedded_cancel = Continue without this
link_select-authenticator-authenticate = Verify with something else
link_select-authenticator-enroll = Set up something else
link_select-authenticator-enroll-data = Set up something else
link_select-authenticator-unlock-account = Unlock with something else
link_select-enrollment-channel = Can’t do this? Try another way
link_select-enroll-profile = Sign up
link_select-identify = Sign in instead
link_unlock-account = Unlock account
link_skip = Remind me later
link_skip_now = Skip for now
link_skip_perhaps = Maybe later
link_launch-authenticator = Sign in with Okta Verify
link_launch-nfc-authenticator = Sign in with a card
link_launch-webauthn-authenticator = Sign in with a passkey
link_launch-passkeys-authenticator = Sign in with a passkey
link_enroll-webauthn-residentkey = Set up a passkey on this device
link_piv-idp = Sign in with a smart card
link_provider = Continue with { $name }
link_provider_unnamed = Continue with your identity provider
link_go-to = Go to { $name }
link_open-app = Open Okta Verify
link_download = Get Okta Verify
link_set-up = Set up Okta Verify
link_terms = Terms of use
link_privacy = Privacy policy
link_more = Find out more
link_back = Back
or = or
branch = Continue

## Methods and channels
methodType_sms = Text me a code
methodType_voice = Call me with a code
methodType_email = Send email
methodType_push = Send a push
methodType_totp = Enter a code
methodType_signed_nonce = Use Okta FastPass
channel_qrcode = Scan a QR code
channel_email = Email me a link
channel_sms = Text me a link
channel_samedevice = Set up on this device
channel_devicebootstrap = Use a device that is set up

## Fields
field_identifier = Username
field_passcode = Code
field_totp = Code
field_phoneNumber = Phone number
field_email = Email address
field_answer = Answer
field_question = Your question
field_questionKey = Question
field_userCode = Code
field_methodType = How
field_methodType_phone = How to get your code
field_channel = How
field_authenticator = Methods
field_consent = Decision
field_rememberMe = Keep me signed in
field_country = Country or region
field_extension = Extension (only for calls)
field_again = Repeat the new password
field_again_pin = Repeat the new PIN
field_optional = { $label } (optional)
choose = Choose…
always = Always shared
hint_answer = Your answer isn’t shown while you type.
hint_phone = You may also type the whole number, beginning with + and the country code.
hint_user-code = With or without the hyphen.
hint_set = Separate several with commas.
hint_length = { $n } characters
hint_least = At least { $n } characters
hint_most = At most { $n } characters
hint_between = { $least } to { $most } characters
grace_skips = { $n ->
    [one] Can be put off once more
   *[other] Can be put off { $n } more times
}
grace_date = Required by { $date }

## Passwords
rules_heading = Your password needs:
rule_length = { $n ->
    [one] at least { $n } character
   *[other] at least { $n } characters
}
rule_lower = a lowercase letter
rule_upper = an uppercase letter
rule_number = a number
rule_symbol = a symbol
rule_ad = three of these four: lowercase letters, uppercase letters, numbers, symbols
rule_repeat = { $n ->
    [one] no character twice in a row
   *[other] no character more than { $n } times in a row
}
rule_username = no part of your username
rule_first-name = not your first name
rule_last-name = not your last name
rule_history = { $n ->
    [one] not your last password
   *[other] not one of your last { $n } passwords
}
rule_age_days = { $n ->
    [one] once changed, it stays for at least { $n } day
   *[other] once changed, it stays for at least { $n } days
}
rule_age_hours = { $n ->
    [one] once changed, it stays for at least { $n } hour
   *[other] once changed, it stays for at least { $n } hours
}
rule_age_minutes = { $n ->
    [one] once changed, it stays for at least { $n } minute
   *[other] once changed, it stays for at least { $n } minutes
}

## Facts
fact_app = App
fact_browser = Browser
fact_place = Place
fact_org = Sign-in address
fact_vendor = Managed by
fact_platform = Platform
fact_enrolment-link = Address
fact_devices = Your devices with Okta Verify
number = Your number is { $number }. Choose it on your phone.
qr_alt = QR code to scan with your app; the same as text or another way follows on this page.
secret = Setup key

## Problems found here
problem_heading = There is a problem
problem_required = Please fill this in.
problem_choose = Please choose one.
problem_again = The two entries are not the same.
problem_number = Please enter a number.
problem_rules = Choose a password that keeps every rule.
problem_country = Choose a country, or begin the number with + and its code.
problem_script = This step needs JavaScript. Turn it on, or choose another way.
problem_action = That isn’t possible any more. Please go on with this step.

## Messages by key, where the engine sends none
message = Something needs your attention. Please try again.
message_idx_session_expired = Your sign-in has expired. Please start again.
message_tooManyRequests = Too many attempts. Wait a while, then try again.
message_oie_tooManyRequests = Too many attempts. Wait a while, then try again.
message_E0000047 = Too many attempts. Wait a while, then try again.
message_api_authn_error_PASSCODE_INVALID = That code isn’t right. Please try again.
message_incorrectPassword = The username or password isn’t right.
message_errors_E0000004 = The username or password isn’t right.
message_idx_password_expiring_message = When your password expires, you’ll be asked for a new one.
message_error_username_required = Please enter your username.
message_error_password_required = Please enter your password.
message_error_expired_session = Your sign-in has expired. Please start again.
message_security_access_denied = You don’t have access.
message_idx_return_to_original_tab = Go back to the tab in which you started. It goes on there.
message_E0000009 = The service is being looked after. Please try again later.
message_E0000010 = The service is being looked after. Please try again later.

## The frame of every page
frame_skip = Skip to content
frame_error = Error:
frame_signing-in = Signing in as
frame_brand = Sign in
frame_footer = Secured by Interlock
frame_actions = Other ways to go on
wait_noscript = This page looks again by itself.
wait_stop = Stop checking by itself
script_needed = This step needs JavaScript and a browser that knows passkeys. If yours can’t, choose another way.
webauthn_failed = That didn’t work. Try again, or choose another way.
webauthn_origin = Passkeys can’t be used at this address. Please choose another way.

## Notes
note_hosted = The other sign-in page didn’t sign you in. Try it again, or choose another way.
note_moved-on = You moved on in the meantime. This is the step that’s due now.
note_expired = That took too long, so we started a new sign-in.
note_no-cookie = Your browser sent no cookie with your answer. Allow cookies for this site, then try again.
note_too-many = Too many attempts. Wait a while, then try again.

## Notices
notice_app-away_title = The app isn’t available right now
notice_app-away_text = You are signed in, but the app did not answer. Please try again in a moment.
notice_error_title = Something went wrong
notice_error_text = We couldn’t sign you in. Nothing you did caused this; please start again.
notice_refused_title = That request can’t be accepted
notice_refused_text = It doesn’t belong to this sign-in, or it came from another site. Please start again.
notice_denied_title = Sign-in was not completed
notice_denied_text = The sign-in was declined or you aren’t allowed to use this app.
notice_forbidden_title = You don’t have access
notice_forbidden_text = You’re signed in, but this page isn’t open to you. If you think it should be, ask your administrator.
notice_unavailable_title = Sign-in isn’t available right now
notice_unavailable_text = The sign-in service can’t be reached. Please try again in a moment.
notice_too-many_title = Too many requests
notice_too-many_text = Please wait a while, then try again.
notice_signed-out_title = You’re signed out
notice_signed-out_text = You can close this page or sign in again.
notice_leave_title = Taking you back
notice_leave_text = If nothing happens, use the link.
notice_email-code_title = Enter this code where you started
notice_email-code_text = Go back to the browser in which you were signing in and type this code there.
notice_not-found_title = There’s nothing here
notice_not-found_text = The address may be wrong or out of date.
notice_reference = Reference
notice_retry = Try again
notice_sign-in = Sign in again
notice_continue = Continue
sign-out_title = Sign out?
sign-out_text = You’ll have to sign in again to use this app.
sign-out_submit = Sign out
sign-out_stay = Stay signed in
invited_title = Start again with this link?
invited_text = You’re signing in already. If you use the link, that sign-in ends and a new one begins.
invited_submit = Use the link
invited_stay = Go on with the sign-in

## Groups of methods
group_required = Required now
group_soon = Required soon
group_optional = Optional
use_any = For signing in and recovery
use_sso = For signing in
use_recovery = For recovery
enrol_another = You already have one; this sets up another
describe_password = Choose a password for your account
describe_email = Get codes by email
describe_phone = Get codes by text message or call
describe_passkey = Use your fingerprint, face, PIN or a security key
describe_app = Confirm in an app on your phone or computer
describe_codes = Type codes from an app on your phone
describe_question = Answer a question that only you can answer
describe_token = Type codes from your token
describe_yubikey = Touch a key that types a code
describe_duo = Confirm in Duo’s app
describe_provider = Verify at another site
date = { $month ->
    [1] January { $day }, { $year }
    [2] February { $day }, { $year }
    [3] March { $day }, { $year }
    [4] April { $day }, { $year }
    [5] May { $day }, { $year }
    [6] June { $day }, { $year }
    [7] July { $day }, { $year }
    [8] August { $day }, { $year }
    [9] September { $day }, { $year }
    [10] October { $day }, { $year }
    [11] November { $day }, { $year }
   *[12] December { $day }, { $year }
}

## What scripts say and put in
show = Show
show_field = Show { $label }
copy = Copy
copied = Copied
wait_going = Done. Going on…
wait_stopped = This page has stopped checking. Use the button to check again.
probe_looking = Looking for Okta Verify on this device…
probe_found = Okta Verify was found. Follow its instructions.
probe_failed = Okta Verify couldn’t be reached on this device.
probe_denied = Your browser didn’t let this page look for Okta Verify. Allow access to apps on this device, then try again.
probe_noscript = Looking for Okta Verify needs JavaScript. Without it, go on without this check.
captcha_working = Checking that you’re not a robot…
captcha_done = The check has passed.
captcha_failed = The check didn’t work. Reload this page to try again.
captcha_needed = This step checks that you’re not a robot, which needs JavaScript. Turn it on, or choose another way.
captcha_off = This step asks for a check that isn’t set up here. Choose another way, or ask your administrator.
duo_frame = Verification by Duo
duo_needed = Verification by Duo needs JavaScript. Turn it on, or choose another way.
duo_off = Verification by Duo can’t be shown here. Choose another way.
hosted_link = Finish on your organization’s own sign-in page
device_frame = Check of this device
webauthn_verify = You’ll need your PIN, fingerprint or face.
webauthn_help_title = Can’t verify?
webauthn_help_text = Make sure you use the device or key that you set up. You can also choose another way.
webauthn_again = Try again

## Links of every page
link_help = Help
link_support = Support
