## Titles, first sentences and buttons of the steps
activation-email_title = Su enlace de activación ha caducado
activation-email_intro = Podemos enviarle uno nuevo.
activation-email_submit = Enviar un enlace nuevo
busy_title = Espere un momento
busy_intro = El servicio de inicio de sesión está ocupado. Volveremos a intentarlo enseguida; no se pierde nada.
busy_submit = Intentar ahora
channel-data_title = ¿Adónde enviamos el enlace?
channel-data_intro = Abra el enlace en el teléfono que quiera usar.
channel-data_submit = Enviar enlace
consent_title = { $app } solicita acceso
consent_intro = Permítalo solo si confía en la aplicación.
consent_scopes = La aplicación podría:
consent_yes = Permitir
consent_no = No permitir
consent_submit = Permitir
custom-password-expired_title = Su contraseña ha caducado
custom-password-expired_intro = Cámbiela en { $name } y después vuelva e inicie sesión.
custom-password-expired_intro_soon = Puede cambiarla en { $name }.
custom-password-expired_submit = Continuar
device-assurance_title = Su dispositivo requiere atención
device-assurance_intro = Por ahora puede continuar.
device-assurance_submit = Continuar
device-probe_title = Comprobando este dispositivo
device-probe_intro = Abra Okta Verify en este dispositivo, siga sus instrucciones y vuelva aquí.
device-probe_intro_probe = Comprobamos si Okta Verify puede confirmar en este dispositivo que es usted.
device-probe_submit = Comprobar ahora
device-setup_title = Configure primero este dispositivo
device-setup_step_1 = Abra la dirección siguiente en este dispositivo o instale la aplicación que indica.
device-setup_step_2 = Siga las instrucciones hasta que el dispositivo esté configurado.
device-setup_step_3 = Vuelva aquí e inicie sesión de nuevo.
duo_title = Verificar con Duo
duo_intro = Duo le pedirá que confirme que es usted.
duo_submit = Verificar
email-code_title = Introduzca el código que le enviamos por correo
email-code_intro = Hemos enviado un código a { $to }.
email-code_intro_nowhere = Le hemos enviado un correo con un código.
email-code_intro_link = También puede seguir el enlace del correo.
email-code_submit = Verificar
email-consent_title = ¿Acaba de intentar iniciar sesión?
email-consent_intro = Alguien ha solicitado iniciar sesión con su dirección de correo.
email-consent_yes = Sí, soy yo
email-consent_no = No, no soy yo
email-consent_submit = Sí, soy yo
email-send_title = Recibir un código por correo
email-send_intro = Enviaremos un código a { $to }.
email-send_intro_nowhere = Enviaremos un código a su dirección de correo.
email-send_submit = Enviar correo
google-code_title = Introduzca el código de su aplicación
google-code_intro = Abra { $name } en su teléfono y escriba el código que muestra para esta cuenta.
google-code_submit = Verificar
google-enroll_title = Configure su aplicación de autenticación
google-enroll_intro = La aplicación genera códigos que solo usted tiene.
google-enroll_step_1 = Abra su aplicación de autenticación y añada una cuenta.
google-enroll_step_2 = Escanee la imagen o escriba la clave de configuración que aparece debajo.
google-enroll_step_3 = Escriba el código que muestre la aplicación.
google-enroll_submit = Verificar
identify_title = Iniciar sesión
identify_submit = Siguiente
identify-password_title = Iniciar sesión
identify-password_submit = Iniciar sesión
identity-proofing_title = Verifique su identidad
identity-proofing_intro = { $name } comprobará quién es usted y le devolverá aquí.
identity-proofing_submit = Continuar
keep-signed-in_title = ¿Mantener la sesión iniciada?
keep-signed-in_intro = Elíjalo solo en un dispositivo que sea suyo.
keep-signed-in_yes = Mantener la sesión iniciada
keep-signed-in_no = No mantener la sesión iniciada
keep-signed-in_submit = Mantener la sesión iniciada
nfc-pin_title = Use su tarjeta
nfc-pin_title_new = Elija un PIN para su tarjeta
nfc-pin_intro = Acerque la tarjeta a su teléfono e introduzca su PIN.
nfc-pin_intro_tap = Abra Okta Verify en su teléfono y acerque después la tarjeta.
nfc-pin_submit = Siguiente
other_title = Continuar con { $name }
other_title_unnamed = Un paso más
other_submit = Continuar
password_title = Introduzca su contraseña
password_submit = Verificar
password-enroll_title = Cree una contraseña
password-enroll_intro = Elija una que no use en ningún otro sitio.
password-enroll_submit = Guardar contraseña
password-expired_title = Su contraseña ha caducado
password-expired_intro = Elija una nueva para continuar.
password-expired_submit = Cambiar contraseña
password-expiring_title = { $days ->
    [one] Su contraseña caduca en { $days } día
   *[other] Su contraseña caduca en { $days } días
}
password-expiring_title_soon = Su contraseña caducará pronto
password-expiring_title_today = Su contraseña caduca hoy
password-expiring_intro = Puede cambiarla ahora y continuar con la nueva.
password-expiring_submit = Cambiar contraseña
password-reset_title = Restablezca su contraseña
password-reset_intro = Elija una contraseña nueva.
password-reset_submit = Restablecer contraseña
phone-code_title = Introduzca el código de su teléfono
phone-code_intro = Hemos enviado un código a { $to }.
phone-code_intro_nowhere = Hemos enviado un código a su teléfono.
phone-code_intro_voice = Estamos llamando a { $to } para dar un código.
phone-code_submit = Verificar
phone-enroll_title = Configure su teléfono
phone-enroll_intro = Enviaremos códigos a este número. Su operador puede cobrar por mensajes y llamadas.
phone-enroll_submit = Recibir un código
phone-send_title = Verificar por teléfono
phone-send_intro = Enviaremos un código a { $to }. Su operador puede cobrar por mensajes y llamadas.
phone-send_intro_nowhere = Enviaremos un código a su teléfono. Su operador puede cobrar por mensajes y llamadas.
phone-send_submit = Recibir un código
profile_title = Cree una cuenta
profile_submit = Registrarse
profile-update_title = Algunos datos más
profile-update_intro = Complete su perfil.
profile-update_submit = Finalizar
push-again_title = La notificación no se aprobó
push-again_intro = Puede pedir que se envíe otra a su dispositivo.
push-again_submit = Enviar de nuevo
push-send_title = Verificar con { $name }
push-send_title_unnamed = Verificar con su aplicación
push-send_intro = Elija cómo quiere verificar.
push-send_intro_push = Enviaremos una notificación a su dispositivo. Apruébela allí.
push-send_submit = Enviar notificación
push-wait_title = Mire su teléfono
push-wait_intro = Hemos enviado una notificación a su dispositivo. Ábrala y apruebe el inicio de sesión.
push-wait_submit = Comprobar ahora
question_title = Responda a su pregunta de seguridad
question_submit = Verificar
question-enroll_title = Configure una pregunta de seguridad
question-enroll_intro = Elija una pregunta o escriba la suya. Solo usted debería conocer la respuesta.
question-enroll_submit = Guardar respuesta
recovery_title = Restablezca su contraseña
recovery_intro = Díganos quién es y le ayudaremos a elegir una contraseña nueva.
recovery_submit = Siguiente
redirect_title = Continuar con { $name }
redirect_title_unnamed = Continuar
redirect_intro = Irá allí para verificar y después volverá aquí.
redirect_submit = Continuar
reset_title = Restablecer { $name }
reset_intro = Elija de nuevo para continuar.
reset_submit = Restablecer
select-authenticate_title = Elija cómo verificar
select-authenticate_intro = Elija una de las formas que ha configurado.
select-authenticate_submit = Continuar
select-channel_title = Configure Okta Verify de otra forma
select-channel_intro = Elija lo que mejor funcione en su dispositivo.
select-channel_submit = Siguiente
select-enroll_title = Configure métodos de seguridad
select-enroll_intro = Protegen su cuenta y garantizan que es usted quien inicia sesión.
select-enroll_submit = Configurar
select-identify_title = Iniciar sesión
select-identify_intro = ¿Ya tiene una cuenta?
select-identify_submit = Iniciar sesión
select-recover_title = Elija cómo restablecer su contraseña
select-recover_intro = Primero, verifique que es usted.
select-recover_submit = Continuar
select-unlock_title = Desbloquee su cuenta
select-unlock_intro = Verifique que es usted y desbloquearemos su cuenta.
select-unlock_submit = Desbloquear
skip_title = Termine la configuración
skip_intro = Ya puede continuar.
skip_submit = Continuar
smart-card_title = Inserte su tarjeta inteligente
smart-card_intro = Inserte la tarjeta en el lector. Su navegador pedirá un certificado y quizá un PIN.
smart-card_submit = Continuar
sso-extension_title = Comprobando este dispositivo
sso-extension_intro = La gestión de su dispositivo puede responder por sí sola. Si no ocurre nada, continúe.
sso-extension_submit = Continuar
terminal_title = Puede cerrar esta página
token-code_title = Introduzca el código de { $name }
token-code_title_unnamed = Introduzca su código
token-code_title_tac = Introduzca su código de acceso temporal
token-code_intro = Escriba el código que le dio su dispositivo o su administrador.
token-code_submit = Verificar
token-enroll_title = Configure { $name }
token-enroll_title_unnamed = Configure su token
token-enroll_intro = Escriba lo que muestra su token o aplicación.
token-enroll_submit = Verificar
unlock_title = Desbloquee su cuenta
unlock_intro = Primero comprobaremos que es usted.
unlock_submit = Siguiente
user-code_title = Conecte un dispositivo
user-code_intro = Escriba el código que muestra su dispositivo.
user-code_submit = Siguiente
verify-code_title = Introduzca el código de Okta Verify
verify-code_intro = Abra Okta Verify en su teléfono y escriba el código que muestra.
verify-code_submit = Verificar
verify-enroll_title = Configure Okta Verify
verify-enroll_intro = Okta Verify confirma en su teléfono que es usted.
verify-enroll_intro_email = Hemos enviado un enlace a { $to }. Ábralo en su teléfono para continuar.
verify-enroll_intro_sms = Hemos enviado un enlace a { $to }. Ábralo en su teléfono para continuar.
verify-enroll_intro_samedevice = Configure Okta Verify en este dispositivo y vuelva aquí.
verify-enroll_intro_devicebootstrap = Use un dispositivo en el que Okta Verify ya esté configurado.
verify-enroll_step_1 = Instale Okta Verify en su teléfono desde la tienda de aplicaciones.
verify-enroll_step_2 = Ábrala y elija añadir una cuenta de su organización.
verify-enroll_step_3 = Escanee esta imagen. Si no puede, elija otra forma más abajo.
verify-enroll_samedevice_step_1 = Instale Okta Verify en este dispositivo.
verify-enroll_samedevice_step_2 = Ábrala y elija añadir una cuenta.
verify-enroll_samedevice_step_3 = Introduzca la dirección de inicio de sesión de su organización y siga la aplicación.
verify-enroll_devicebootstrap_step_1 = Abra Okta Verify en uno de esos dispositivos.
verify-enroll_devicebootstrap_step_2 = Elija su cuenta y después añadirla a otro dispositivo.
verify-enroll_devicebootstrap_step_3 = Siga las instrucciones de la aplicación.
verify-enroll_submit = Comprobar ahora
webauthn-create_title = Configure una llave de acceso
webauthn-create_title_any = Configure una llave de acceso o de seguridad
webauthn-create_intro = Su huella, rostro, PIN o llave de seguridad confirmará que es usted.
webauthn-create_submit = Crear llave de acceso
webauthn-get_title = Use su llave de acceso o de seguridad
webauthn-get_title_passkey = Use su llave de acceso
webauthn-get_intro = Su navegador le pedirá la huella, el rostro, el PIN o la llave de seguridad.
webauthn-get_submit = Usar llave de acceso
yubikey_title = Toque su YubiKey
yubikey_intro = Inserte la llave y tóquela: escribe un código y continúa por sí sola.
yubikey_submit = Verificar

## Terminal pages, by the key of their message
terminal_title_error = No podemos continuar
terminal_title_return = Vuelva a su otra pestaña
terminal_title_code = Introduzca este código donde empezó
terminal_title_done = Listo
terminal_title_expired = Su inicio de sesión ha caducado
terminal_title_many = Demasiados intentos
terminal_warning = Si no pidió este código, no se lo dé a nadie y cierre esta página.
folded = Usar este formulario en su lugar
start-again = Empezar de nuevo
back-to-sign-in = Volver al inicio de sesión

## Actions on other pages
cancel_link = Volver al inicio de sesión
cancel_submit = Volver al inicio de sesión
not-you = ¿No es usted?
embedded_resend = Enviar otra vez
embedded_send = Enviar ahora
embedded_recover = ¿Olvidó su contraseña?
embedded_recover_pin = ¿Olvidó su PIN?
embedded_poll = He seguido el enlace
embedded_cancel = Continuar sin esto
link_select-authenticator-authenticate = Verificar de otra forma
link_select-authenticator-enroll = Configurar otra cosa
link_select-authenticator-enroll-data = Configurar otra cosa
link_select-authenticator-unlock-account = Desbloquear de otra forma
link_select-enrollment-channel = ¿No puede hacerlo? Pruebe de otra forma
link_select-enroll-profile = Registrarse
link_select-identify = Iniciar sesión en su lugar
link_unlock-account = Desbloquear cuenta
link_skip = Recordármelo más tarde
link_skip_now = Omitir por ahora
link_skip_perhaps = Quizá más tarde
link_launch-authenticator = Iniciar sesión con Okta Verify
link_launch-nfc-authenticator = Iniciar sesión con una tarjeta
link_launch-webauthn-authenticator = Iniciar sesión con una llave de acceso
link_launch-passkeys-authenticator = Iniciar sesión con una llave de acceso
link_enroll-webauthn-residentkey = Configurar una llave de acceso en este dispositivo
link_piv-idp = Iniciar sesión con una tarjeta inteligente
link_provider = Continuar con { $name }
link_provider_unnamed = Continuar con su proveedor de identidad
link_go-to = Ir a { $name }
link_open-app = Abrir Okta Verify
link_download = Obtener Okta Verify
link_set-up = Configurar Okta Verify
link_terms = Condiciones de uso
link_privacy = Política de privacidad
link_more = Más información
link_back = Atrás
or = o
branch = Continuar

## Methods and channels
methodType_sms = Enviarme un código por SMS
methodType_voice = Llamarme con un código
methodType_email = Enviar correo
methodType_push = Enviar una notificación
methodType_totp = Introducir un código
methodType_signed_nonce = Usar Okta FastPass
channel_qrcode = Escanear un código QR
channel_email = Enviarme un enlace por correo
channel_sms = Enviarme un enlace por SMS
channel_samedevice = Configurar en este dispositivo
channel_devicebootstrap = Usar un dispositivo ya configurado

## Fields
field_identifier = Nombre de usuario
field_passcode = Código
field_totp = Código
field_phoneNumber = Número de teléfono
field_email = Dirección de correo
field_answer = Respuesta
field_question = Su pregunta
field_questionKey = Pregunta
field_userCode = Código
field_methodType = Cómo
field_methodType_phone = Cómo recibir el código
field_channel = Cómo
field_authenticator = Métodos
field_consent = Decisión
field_rememberMe = Mantener la sesión iniciada
field_country = País o región
field_extension = Extensión (solo para llamadas)
field_again = Repita la contraseña nueva
field_again_pin = Repita el PIN nuevo
field_optional = { $label } (opcional)
choose = Elija…
always = Siempre se comparte
hint_answer = Su respuesta no se muestra mientras escribe.
hint_phone = También puede escribir el número completo, empezando por + y el prefijo del país.
hint_user-code = Con o sin guion.
hint_set = Separe varios con comas.
hint_length = { $n ->
    [one] { $n } carácter
   *[other] { $n } caracteres
}
hint_least = { $n ->
    [one] Al menos { $n } carácter
   *[other] Al menos { $n } caracteres
}
hint_most = { $n ->
    [one] Como máximo { $n } carácter
   *[other] Como máximo { $n } caracteres
}
hint_between = De { $least } a { $most } caracteres
grace_skips = { $n ->
    [one] Se puede aplazar una vez más
   *[other] Se puede aplazar { $n } veces más
}
grace_date = Obligatorio antes del { $date }

## Passwords
rules_heading = Su contraseña necesita:
rule_length = { $n ->
    [one] al menos { $n } carácter
   *[other] al menos { $n } caracteres
}
rule_lower = una letra minúscula
rule_upper = una letra mayúscula
rule_number = un número
rule_symbol = un símbolo
rule_ad = tres de estos cuatro: minúsculas, mayúsculas, números, símbolos
rule_repeat = { $n ->
    [one] ningún carácter dos veces seguidas
   *[other] ningún carácter más de { $n } veces seguidas
}
rule_username = ninguna parte de su nombre de usuario
rule_first-name = que no sea su nombre
rule_last-name = que no sea su apellido
rule_history = { $n ->
    [one] que no sea su última contraseña
   *[other] que no sea ninguna de sus últimas { $n } contraseñas
}
rule_age_days = { $n ->
    [one] una vez cambiada, se queda al menos { $n } día
   *[other] una vez cambiada, se queda al menos { $n } días
}
rule_age_hours = { $n ->
    [one] una vez cambiada, se queda al menos { $n } hora
   *[other] una vez cambiada, se queda al menos { $n } horas
}
rule_age_minutes = { $n ->
    [one] una vez cambiada, se queda al menos { $n } minuto
   *[other] una vez cambiada, se queda al menos { $n } minutos
}

## Facts
fact_app = Aplicación
fact_browser = Navegador
fact_place = Lugar
fact_org = Dirección de inicio de sesión
fact_vendor = Gestionado por
fact_platform = Plataforma
fact_enrolment-link = Dirección
fact_devices = Sus dispositivos con Okta Verify
number = Su número es { $number }. Elíjalo en su teléfono.
qr_alt = Código QR para escanear con su aplicación; lo mismo como texto u otra forma sigue en esta página.
secret = Clave de configuración

## Problems found here
problem_heading = Hay un problema
problem_required = Rellene este campo.
problem_choose = Elija una opción.
problem_again = Las dos entradas no son iguales.
problem_number = Introduzca un número.
problem_rules = Elija una contraseña que cumpla todas las reglas.
problem_country = Elija un país o empiece el número con + y su prefijo.
problem_script = Este paso necesita JavaScript. Actívelo o elija otra forma.
problem_action = Eso ya no es posible. Continúe con este paso.

## Messages by key, where the engine sends none
message = Algo requiere su atención. Inténtelo de nuevo.
message_idx_session_expired = Su inicio de sesión ha caducado. Empiece de nuevo.
message_tooManyRequests = Demasiados intentos. Espere un poco y vuelva a intentarlo.
message_oie_tooManyRequests = Demasiados intentos. Espere un poco y vuelva a intentarlo.
message_E0000047 = Demasiados intentos. Espere un poco y vuelva a intentarlo.
message_api_authn_error_PASSCODE_INVALID = El código no es correcto. Inténtelo de nuevo.
message_incorrectPassword = El nombre de usuario o la contraseña no son correctos.
message_errors_E0000004 = El nombre de usuario o la contraseña no son correctos.
message_idx_password_expiring_message = Cuando su contraseña caduque, se le pedirá una nueva.
message_error_username_required = Introduzca su nombre de usuario.
message_error_password_required = Introduzca su contraseña.
message_error_expired_session = Su inicio de sesión ha caducado. Empiece de nuevo.
message_security_access_denied = No tiene acceso.
message_idx_return_to_original_tab = Vuelva a la pestaña en la que empezó. Allí continúa.
message_E0000009 = El servicio está en mantenimiento. Inténtelo más tarde.
message_E0000010 = El servicio está en mantenimiento. Inténtelo más tarde.

## The frame of every page
frame_skip = Ir al contenido
frame_error = Error:
frame_signing-in = Inicia sesión como
frame_brand = Iniciar sesión
frame_footer = Protegido por Interlock
frame_actions = Otras formas de continuar
wait_noscript = Esta página vuelve a comprobar por sí sola.
wait_stop = Dejar de comprobar automáticamente
script_needed = Este paso necesita JavaScript y un navegador que admita llaves de acceso. Si el suyo no puede, elija otra forma.
webauthn_failed = No ha funcionado. Inténtelo de nuevo o elija otra forma.
webauthn_origin = Las llaves de acceso no se pueden usar en esta dirección. Elija otra forma.

## Notes
note_hosted = La otra página no ha iniciado su sesión. Inténtelo de nuevo o elija otra forma.
note_moved-on = Mientras tanto ha avanzado. Este es el paso que toca ahora.
note_expired = Ha tardado demasiado, así que hemos empezado un nuevo inicio de sesión.
note_no-cookie = Su navegador no envió ninguna cookie con su respuesta. Permita las cookies de este sitio e inténtelo de nuevo.
note_too-many = Demasiados intentos. Espere un poco y vuelva a intentarlo.

## Notices
notice_app-away_title = La aplicación no está disponible ahora
notice_app-away_text = Ha iniciado sesión, pero la aplicación no respondió. Inténtelo de nuevo en un momento.
notice_error_title = Algo ha ido mal
notice_error_text = No hemos podido iniciar su sesión. No es culpa suya; empiece de nuevo.
notice_refused_title = Esta solicitud no se puede aceptar
notice_refused_text = No pertenece a este inicio de sesión o viene de otro sitio. Empiece de nuevo.
notice_denied_title = El inicio de sesión no se completó
notice_denied_text = El inicio de sesión fue rechazado o no tiene permiso para usar esta aplicación.
notice_forbidden_title = No tiene acceso
notice_forbidden_text = Ha iniciado sesión, pero esta página no está abierta para usted. Si cree que debería estarlo, pregunte a su administrador.
notice_unavailable_title = El inicio de sesión no está disponible ahora
notice_unavailable_text = No se puede contactar con el servicio de inicio de sesión. Inténtelo de nuevo en un momento.
notice_too-many_title = Demasiadas solicitudes
notice_too-many_text = Espere un poco y vuelva a intentarlo.
notice_signed-out_title = Ha cerrado sesión
notice_signed-out_text = Puede cerrar esta página o iniciar sesión de nuevo.
notice_leave_title = Le llevamos de vuelta
notice_leave_text = Si no ocurre nada, use el enlace.
notice_email-code_title = Introduzca este código donde empezó
notice_email-code_text = Vuelva al navegador en el que estaba iniciando sesión y escriba allí este código.
notice_not-found_title = Aquí no hay nada
notice_not-found_text = La dirección puede ser errónea o antigua.
notice_reference = Referencia
notice_retry = Intentar de nuevo
notice_sign-in = Iniciar sesión de nuevo
notice_continue = Continuar
sign-out_title = ¿Cerrar sesión?
sign-out_text = Tendrá que iniciar sesión de nuevo para usar esta aplicación.
sign-out_submit = Cerrar sesión
sign-out_stay = Mantener la sesión
invited_title = ¿Empezar de nuevo con este enlace?
invited_text = Ya está iniciando sesión. Si usa el enlace, ese inicio termina y empieza uno nuevo.
invited_submit = Usar el enlace
invited_stay = Seguir con el inicio de sesión

## Groups of methods
group_required = Obligatorio ahora
group_soon = Obligatorio pronto
group_optional = Opcional
use_any = Para iniciar sesión y recuperar la cuenta
use_sso = Para iniciar sesión
use_recovery = Para recuperar la cuenta
enrol_another = Ya tiene uno; esto configura otro
describe_password = Elegir una contraseña para su cuenta
describe_email = Recibir códigos por correo
describe_phone = Recibir códigos por SMS o llamada
describe_passkey = Con su huella, su cara, un PIN o una llave de seguridad
describe_app = Confirmar en una aplicación del teléfono o del ordenador
describe_codes = Escribir códigos de una aplicación del teléfono
describe_question = Responder a una pregunta que solo usted conoce
describe_token = Escribir códigos de su token
describe_yubikey = Tocar una llave que escribe un código
describe_duo = Confirmar en la aplicación de Duo
describe_provider = Verificar en otro sitio
date = { $month ->
    [1] { $day } de enero de { $year }
    [2] { $day } de febrero de { $year }
    [3] { $day } de marzo de { $year }
    [4] { $day } de abril de { $year }
    [5] { $day } de mayo de { $year }
    [6] { $day } de junio de { $year }
    [7] { $day } de julio de { $year }
    [8] { $day } de agosto de { $year }
    [9] { $day } de septiembre de { $year }
    [10] { $day } de octubre de { $year }
    [11] { $day } de noviembre de { $year }
   *[12] { $day } de diciembre de { $year }
}

## What scripts say and put in
show = Mostrar
show_field = Mostrar { $label }
copy = Copiar
copied = Copiado
wait_going = Listo. Continuamos…
wait_stopped = Esta página ha dejado de comprobar. Use el botón para comprobar de nuevo.
probe_looking = Buscando Okta Verify en este dispositivo…
probe_found = Se encontró Okta Verify. Siga sus instrucciones.
probe_failed = No se pudo contactar con Okta Verify en este dispositivo.
probe_denied = Su navegador no permitió que esta página buscara Okta Verify. Permita el acceso a las aplicaciones de este dispositivo e inténtelo de nuevo.
probe_noscript = Buscar Okta Verify necesita JavaScript. Si no, continúe sin esta comprobación.
captcha_working = Comprobando que no es un robot…
captcha_done = La comprobación se ha superado.
captcha_failed = La comprobación no ha funcionado. Recargue esta página para intentarlo de nuevo.
captcha_needed = Este paso comprueba que no es un robot y necesita JavaScript. Actívelo o elija otra forma.
captcha_off = Este paso pide una comprobación que no está configurada aquí. Elija otra forma o pregunte a su administrador.
duo_frame = Verificación de Duo
duo_needed = La verificación de Duo necesita JavaScript. Actívelo o elija otra forma.
duo_off = La verificación de Duo no se puede mostrar aquí. Elija otra forma.
hosted_link = Terminar en la página de inicio de sesión de su organización
device_frame = Comprobación de este dispositivo
webauthn_verify = Necesitará su PIN, huella o rostro.
webauthn_help_title = ¿No puede verificar?
webauthn_help_text = Asegúrese de usar el dispositivo o la llave que configuró. También puede elegir otra forma.
webauthn_again = Intentar de nuevo

## Links of every page
link_help = Ayuda
link_support = Soporte
