## Titles, first sentences and buttons of the steps
activation-email_title = انتهت صلاحية رابط التفعيل
activation-email_intro = يمكننا إرسال رابط جديد إليك.
activation-email_submit = إرسال رابط جديد
busy_title = يُرجى الانتظار لحظة
busy_intro = خدمة تسجيل الدخول مشغولة. سنحاول مجددًا بعد قليل، ولن تفقد شيئًا.
busy_submit = المحاولة الآن
channel-data_title = إلى أين نرسل الرابط؟
channel-data_intro = افتح الرابط على الهاتف الذي تريد استخدامه.
channel-data_submit = إرسال الرابط
consent_title = يطلب { $app } الوصول
consent_intro = اسمح بذلك فقط إذا كنت تثق بالتطبيق.
consent_scopes = سيتمكن التطبيق من:
consent_yes = السماح
consent_no = عدم السماح
consent_submit = السماح
custom-password-expired_title = انتهت صلاحية كلمة المرور
custom-password-expired_intro = غيّرها في { $name }، ثم عُد وسجّل الدخول.
custom-password-expired_intro_soon = يمكنك تغييرها في { $name }.
custom-password-expired_submit = متابعة
device-assurance_title = جهازك يحتاج إلى انتباهك
device-assurance_intro = يمكنك المتابعة في الوقت الحالي.
device-assurance_submit = متابعة
device-probe_title = جارٍ التحقق من هذا الجهاز
device-probe_intro = افتح Okta Verify على هذا الجهاز واتبع تعليماته، ثم عُد إلى هنا.
device-probe_intro_probe = نتحقق مما إذا كان Okta Verify على هذا الجهاز يستطيع تأكيد هويتك.
device-probe_submit = التحقق الآن
device-setup_title = قم بإعداد هذا الجهاز أولًا
device-setup_step_1 = افتح العنوان أدناه على هذا الجهاز، أو ثبّت التطبيق المذكور فيه.
device-setup_step_2 = اتبع التعليمات حتى يكتمل إعداد الجهاز.
device-setup_step_3 = عُد إلى هنا وسجّل الدخول مرة أخرى.
duo_title = التحقق باستخدام Duo
duo_intro = سيطلب منك Duo تأكيد أنك صاحب الحساب.
duo_submit = تحقق
email-code_title = أدخل الرمز الذي أرسلناه بالبريد
email-code_intro = أرسلنا رمزًا إلى { $to }.
email-code_intro_nowhere = أرسلنا إليك رسالة بريد إلكتروني تتضمن رمزًا.
email-code_intro_link = يمكنك أيضًا فتح الرابط في الرسالة.
email-code_submit = تحقق
email-consent_title = هل حاولت تسجيل الدخول للتو؟
email-consent_intro = طلب شخص ما تسجيل الدخول باستخدام عنوان بريدك الإلكتروني.
email-consent_yes = نعم، هذا أنا
email-consent_no = لا، لست أنا
email-consent_submit = نعم، هذا أنا
email-send_title = الحصول على رمز بالبريد الإلكتروني
email-send_intro = سنرسل رمزًا إلى { $to }.
email-send_intro_nowhere = سنرسل رمزًا إلى عنوان بريدك الإلكتروني.
email-send_submit = إرسال رسالة
google-code_title = أدخل الرمز من تطبيقك
google-code_intro = افتح { $name } على هاتفك واكتب الرمز الذي يعرضه لهذا الحساب.
google-code_submit = تحقق
google-enroll_title = إعداد تطبيق المصادقة
google-enroll_intro = يُنشئ التطبيق رموزًا لا يملكها سواك.
google-enroll_step_1 = افتح تطبيق المصادقة وأضف حسابًا.
google-enroll_step_2 = امسح الصورة ضوئيًا، أو اكتب مفتاح الإعداد الموجود أسفلها.
google-enroll_step_3 = اكتب الرمز الذي يعرضه التطبيق بعد ذلك.
google-enroll_submit = تحقق
identify_title = تسجيل الدخول
identify_submit = التالي
identify-password_title = تسجيل الدخول
identify-password_submit = تسجيل الدخول
identity-proofing_title = تأكيد هويتك
identity-proofing_intro = سيتحقق { $name } من هويتك، ثم يعيدك إلى هنا.
identity-proofing_submit = متابعة
keep-signed-in_title = هل تريد البقاء مسجّلًا؟
keep-signed-in_intro = اختر ذلك فقط على جهاز يخصك.
keep-signed-in_yes = البقاء مسجّلًا
keep-signed-in_no = عدم البقاء مسجّلًا
keep-signed-in_submit = البقاء مسجّلًا
nfc-pin_title = استخدم بطاقتك
nfc-pin_title_new = اختر رقمًا سريًا لبطاقتك
nfc-pin_intro = قرّب البطاقة من هاتفك وأدخل رقمها السري.
nfc-pin_intro_tap = افتح Okta Verify على هاتفك، ثم قرّب بطاقتك منه.
nfc-pin_submit = التالي
other_title = المتابعة باستخدام { $name }
other_title_unnamed = خطوة أخرى
other_submit = متابعة
password_title = أدخل كلمة المرور
password_submit = تحقق
password-enroll_title = إنشاء كلمة مرور
password-enroll_intro = اختر كلمة لا تستخدمها في أي مكان آخر.
password-enroll_submit = حفظ كلمة المرور
password-expired_title = انتهت صلاحية كلمة المرور
password-expired_intro = اختر كلمة جديدة للمتابعة.
password-expired_submit = تغيير كلمة المرور
password-expiring_title = { $days ->
    [zero] تنتهي صلاحية كلمة المرور اليوم
    [one] تنتهي صلاحية كلمة المرور خلال يوم واحد
    [two] تنتهي صلاحية كلمة المرور خلال يومين
    [few] تنتهي صلاحية كلمة المرور خلال { $days } أيام
   *[other] تنتهي صلاحية كلمة المرور خلال { $days } يومًا
}
password-expiring_title_soon = ستنتهي صلاحية كلمة المرور قريبًا
password-expiring_title_today = تنتهي صلاحية كلمة المرور اليوم
password-expiring_intro = يمكنك تغييرها الآن والمتابعة بالكلمة الجديدة.
password-expiring_submit = تغيير كلمة المرور
password-reset_title = إعادة تعيين كلمة المرور
password-reset_intro = اختر كلمة مرور جديدة.
password-reset_submit = إعادة تعيين كلمة المرور
phone-code_title = أدخل الرمز المرسل إلى هاتفك
phone-code_intro = أرسلنا رمزًا إلى { $to }.
phone-code_intro_nowhere = أرسلنا رمزًا إلى هاتفك.
phone-code_intro_voice = نتصل الآن بالرقم { $to } لإبلاغك بالرمز.
phone-code_submit = تحقق
phone-enroll_title = إعداد هاتفك
phone-enroll_intro = سنرسل الرموز إلى هذا الرقم. قد تفرض شركة الاتصالات رسومًا على الرسائل والمكالمات.
phone-enroll_submit = الحصول على رمز
phone-send_title = التحقق بالهاتف
phone-send_intro = سنرسل رمزًا إلى { $to }. قد تفرض شركة الاتصالات رسومًا على الرسائل والمكالمات.
phone-send_intro_nowhere = سنرسل رمزًا إلى هاتفك. قد تفرض شركة الاتصالات رسومًا على الرسائل والمكالمات.
phone-send_submit = الحصول على رمز
profile_title = إنشاء حساب
profile_submit = تسجيل
profile-update_title = بعض التفاصيل الأخرى
profile-update_intro = يُرجى إكمال ملفك الشخصي.
profile-update_submit = إنهاء
push-again_title = لم تتم الموافقة على الإشعار
push-again_intro = يمكنك طلب إرسال إشعار آخر إلى جهازك.
push-again_submit = إعادة الإرسال
push-send_title = التحقق باستخدام { $name }
push-send_title_unnamed = التحقق باستخدام تطبيقك
push-send_intro = اختر طريقة التحقق.
push-send_intro_push = سنرسل إشعارًا إلى جهازك. وافق عليه هناك.
push-send_submit = إرسال إشعار
push-wait_title = تحقق من هاتفك
push-wait_intro = أرسلنا إشعارًا إلى جهازك. افتحه ووافق على تسجيل الدخول.
push-wait_submit = التحقق الآن
question_title = أجب عن سؤال الأمان
question_submit = تحقق
question-enroll_title = إعداد سؤال أمان
question-enroll_intro = اختر سؤالًا أو اكتب سؤالك الخاص. يجب ألا يعرف الإجابة سواك.
question-enroll_submit = حفظ الإجابة
recovery_title = إعادة تعيين كلمة المرور
recovery_intro = أخبرنا من أنت، وسنساعدك على اختيار كلمة مرور جديدة.
recovery_submit = التالي
redirect_title = المتابعة باستخدام { $name }
redirect_title_unnamed = متابعة
redirect_intro = ستنتقل إلى هناك للتحقق، ثم تعود إلى هنا.
redirect_submit = متابعة
reset_title = إعادة تعيين { $name }
reset_intro = اختر من جديد للمتابعة.
reset_submit = إعادة تعيين
select-authenticate_title = اختر طريقة التحقق
select-authenticate_intro = اختر إحدى الطرق التي أعددتها.
select-authenticate_submit = متابعة
select-channel_title = اختر طريقة أخرى لإعداد Okta Verify
select-channel_intro = اختر ما يناسب جهازك.
select-channel_submit = التالي
select-enroll_title = إعداد وسائل الأمان
select-enroll_intro = تحمي حسابك وتضمن أنك أنت من يسجّل الدخول.
select-enroll_submit = إعداد
select-identify_title = تسجيل الدخول
select-identify_intro = هل لديك حساب بالفعل؟
select-identify_submit = تسجيل الدخول
select-recover_title = اختر طريقة إعادة تعيين كلمة المرور
select-recover_intro = أولًا، أكّد أنك صاحب الحساب.
select-recover_submit = متابعة
select-unlock_title = إلغاء قفل حسابك
select-unlock_intro = أكّد أنك صاحب الحساب، وسنلغي قفله.
select-unlock_submit = إلغاء القفل
skip_title = إكمال الإعداد
skip_intro = يمكنك المتابعة الآن.
skip_submit = متابعة
smart-card_title = أدخل بطاقتك الذكية
smart-card_intro = أدخل البطاقة في القارئ. سيطلب متصفحك شهادة وربما رقمًا سريًا.
smart-card_submit = متابعة
sso-extension_title = جارٍ التحقق من هذا الجهاز
sso-extension_intro = قد تستجيب إدارة جهازك تلقائيًا. إذا لم يحدث شيء، فتابع.
sso-extension_submit = متابعة
terminal_title = يمكنك إغلاق هذه الصفحة
token-code_title = أدخل الرمز من { $name }
token-code_title_unnamed = أدخل الرمز
token-code_title_tac = أدخل رمز الوصول المؤقت
token-code_intro = اكتب الرمز الذي حصلت عليه من جهازك أو من المسؤول.
token-code_submit = تحقق
token-enroll_title = إعداد { $name }
token-enroll_title_unnamed = إعداد الرمز المميز
token-enroll_intro = اكتب ما يعرضه الرمز المميز أو التطبيق.
token-enroll_submit = تحقق
unlock_title = إلغاء قفل حسابك
unlock_intro = سنتحقق أولًا من أنك صاحب الحساب.
unlock_submit = التالي
user-code_title = توصيل جهاز
user-code_intro = اكتب الرمز الذي يعرضه جهازك.
user-code_submit = التالي
verify-code_title = أدخل الرمز من Okta Verify
verify-code_intro = افتح Okta Verify على هاتفك واكتب الرمز الذي يعرضه.
verify-code_submit = تحقق
verify-enroll_title = إعداد Okta Verify
verify-enroll_intro = يؤكد Okta Verify على هاتفك أنك صاحب الحساب.
verify-enroll_intro_email = أرسلنا رابطًا إلى { $to }. افتحه على هاتفك للمتابعة.
verify-enroll_intro_sms = أرسلنا رابطًا إلى { $to }. افتحه على هاتفك للمتابعة.
verify-enroll_intro_samedevice = قم بإعداد Okta Verify على هذا الجهاز، ثم عُد إلى هنا.
verify-enroll_intro_devicebootstrap = استخدم جهازًا سبق إعداد Okta Verify عليه.
verify-enroll_step_1 = ثبّت Okta Verify على هاتفك من متجر التطبيقات.
verify-enroll_step_2 = افتحه واختر إضافة حساب لمؤسستك.
verify-enroll_step_3 = امسح هذه الصورة ضوئيًا. إذا تعذّر ذلك، فاختر طريقة أخرى أدناه.
verify-enroll_samedevice_step_1 = ثبّت Okta Verify على هذا الجهاز.
verify-enroll_samedevice_step_2 = افتحه واختر إضافة حساب.
verify-enroll_samedevice_step_3 = أدخل عنوان تسجيل الدخول الخاص بمؤسستك، ثم اتبع التطبيق.
verify-enroll_devicebootstrap_step_1 = افتح Okta Verify على أحد هذه الأجهزة.
verify-enroll_devicebootstrap_step_2 = اختر حسابك، ثم اختر إضافته إلى جهاز آخر.
verify-enroll_devicebootstrap_step_3 = اتبع التعليمات في التطبيق.
verify-enroll_submit = التحقق الآن
webauthn-create_title = إعداد مفتاح مرور
webauthn-create_title_any = إعداد مفتاح مرور أو مفتاح أمان
webauthn-create_intro = ستؤكد بصمتك أو وجهك أو رقمك السري أو مفتاح الأمان أنك صاحب الحساب.
webauthn-create_submit = إنشاء مفتاح مرور
webauthn-get_title = استخدم مفتاح المرور أو مفتاح الأمان
webauthn-get_title_passkey = استخدم مفتاح المرور
webauthn-get_intro = سيطلب متصفحك بصمتك أو وجهك أو رقمك السري أو مفتاح الأمان.
webauthn-get_submit = استخدام مفتاح المرور
yubikey_title = المس مفتاح YubiKey
yubikey_intro = أدخل المفتاح والمسه: سيكتب رمزًا ويتابع تلقائيًا.
yubikey_submit = تحقق

## Terminal pages, by the key of their message
terminal_title_error = لا يمكننا المتابعة
terminal_title_return = عُد إلى علامة التبويب الأخرى
terminal_title_code = أدخل هذا الرمز حيث بدأت
terminal_title_done = تم
terminal_title_expired = انتهت صلاحية تسجيل الدخول
terminal_title_many = محاولات كثيرة جدًا
terminal_warning = إذا لم تطلب هذا الرمز، فلا تعطه لأحد وأغلق هذه الصفحة.
folded = استخدام هذا النموذج بدلًا من ذلك
start-again = البدء من جديد
back-to-sign-in = العودة إلى تسجيل الدخول

## Actions on other pages
cancel_link = العودة إلى تسجيل الدخول
cancel_submit = العودة إلى تسجيل الدخول
not-you = لست أنت؟
embedded_resend = إرسال مرة أخرى
embedded_send = إرسال الآن
embedded_recover = هل نسيت كلمة المرور؟
embedded_recover_pin = هل نسيت الرقم السري؟
embedded_poll = لقد فتحت الرابط
embedded_cancel = المتابعة دون ذلك
link_select-authenticator-authenticate = التحقق بطريقة أخرى
link_select-authenticator-enroll = إعداد وسيلة أخرى
link_select-authenticator-enroll-data = إعداد وسيلة أخرى
link_select-authenticator-unlock-account = إلغاء القفل بطريقة أخرى
link_select-enrollment-channel = لا يمكنك ذلك؟ جرّب طريقة أخرى
link_select-enroll-profile = تسجيل
link_select-identify = تسجيل الدخول بدلًا من ذلك
link_unlock-account = إلغاء قفل الحساب
link_skip = ذكّرني لاحقًا
link_skip_now = التخطي الآن
link_skip_perhaps = ربما لاحقًا
link_launch-authenticator = تسجيل الدخول باستخدام Okta Verify
link_launch-nfc-authenticator = تسجيل الدخول ببطاقة
link_launch-webauthn-authenticator = تسجيل الدخول بمفتاح مرور
link_launch-passkeys-authenticator = تسجيل الدخول بمفتاح مرور
link_enroll-webauthn-residentkey = إعداد مفتاح مرور على هذا الجهاز
link_piv-idp = تسجيل الدخول ببطاقة ذكية
link_provider = المتابعة باستخدام { $name }
link_provider_unnamed = المتابعة باستخدام موفّر الهوية
link_go-to = الانتقال إلى { $name }
link_open-app = فتح Okta Verify
link_download = الحصول على Okta Verify
link_set-up = إعداد Okta Verify
link_terms = شروط الاستخدام
link_privacy = سياسة الخصوصية
link_more = معرفة المزيد
link_back = رجوع
or = أو
branch = متابعة

## Methods and channels
methodType_sms = إرسال رمز في رسالة نصية
methodType_voice = الاتصال بي لإبلاغي بالرمز
methodType_email = إرسال بريد إلكتروني
methodType_push = إرسال إشعار
methodType_totp = إدخال رمز
methodType_signed_nonce = استخدام Okta FastPass
channel_qrcode = مسح رمز QR
channel_email = إرسال رابط بالبريد الإلكتروني
channel_sms = إرسال رابط في رسالة نصية
channel_samedevice = الإعداد على هذا الجهاز
channel_devicebootstrap = استخدام جهاز سبق إعداده

## Fields
field_identifier = اسم المستخدم
field_passcode = الرمز
field_totp = الرمز
field_phoneNumber = رقم الهاتف
field_email = عنوان البريد الإلكتروني
field_answer = الإجابة
field_question = سؤالك
field_questionKey = السؤال
field_userCode = الرمز
field_methodType = الطريقة
field_methodType_phone = طريقة تلقّي الرمز
field_channel = الطريقة
field_authenticator = الوسائل
field_consent = القرار
field_rememberMe = إبقائي مسجّلًا
field_country = البلد أو المنطقة
field_extension = الرقم الداخلي (للمكالمات فقط)
field_again = كرّر كلمة المرور الجديدة
field_again_pin = كرّر الرقم السري الجديد
field_optional = { $label } (اختياري)
choose = اختر…
always = تتم مشاركته دائمًا
hint_answer = لا تظهر إجابتك أثناء الكتابة.
hint_phone = يمكنك أيضًا كتابة الرقم كاملًا، بدءًا بعلامة + ورمز البلد.
hint_user-code = مع الشرطة أو بدونها.
hint_set = افصل بين القيم المتعددة بفواصل.
hint_length = { $n ->
    [one] حرف واحد
    [two] حرفان
    [few] { $n } أحرف
   *[other] { $n } حرفًا
}
hint_least = { $n ->
    [one] حرف واحد على الأقل
    [two] حرفان على الأقل
    [few] { $n } أحرف على الأقل
   *[other] { $n } حرفًا على الأقل
}
hint_most = { $n ->
    [one] حرف واحد على الأكثر
    [two] حرفان على الأكثر
    [few] { $n } أحرف على الأكثر
   *[other] { $n } حرفًا على الأكثر
}
hint_between = من { $least } إلى { $most } حرفًا
grace_skips = { $n ->
    [one] يمكن تأجيله مرة أخرى
    [two] يمكن تأجيله مرتين أخريين
    [few] يمكن تأجيله { $n } مرات أخرى
   *[other] يمكن تأجيله { $n } مرة أخرى
}
grace_date = مطلوب قبل { $date }

## Passwords
rules_heading = يجب أن تستوفي كلمة المرور ما يلي:
rule_length = { $n ->
    [one] حرف واحد على الأقل
    [two] حرفان على الأقل
    [few] { $n } أحرف على الأقل
   *[other] { $n } حرفًا على الأقل
}
rule_lower = حرف صغير
rule_upper = حرف كبير
rule_number = رقم
rule_symbol = رمز خاص
rule_ad = ثلاثة من هذه الأربعة: أحرف صغيرة، أحرف كبيرة، أرقام، رموز
rule_repeat = { $n ->
    [one] ألا يتكرر أي حرف مرتين متتاليتين
    [two] ألا يتكرر أي حرف أكثر من مرتين متتاليتين
    [few] ألا يتكرر أي حرف أكثر من { $n } مرات متتالية
   *[other] ألا يتكرر أي حرف أكثر من { $n } مرة متتالية
}
rule_username = ألا تتضمن أي جزء من اسم المستخدم
rule_first-name = ألا تكون اسمك الأول
rule_last-name = ألا تكون اسم عائلتك
rule_history = { $n ->
    [one] ألا تكون كلمة المرور الأخيرة
    [two] ألا تكون إحدى آخر كلمتي مرور
    [few] ألا تكون إحدى آخر { $n } كلمات مرور
   *[other] ألا تكون إحدى آخر { $n } كلمة مرور
}
rule_age_days = { $n ->
    [one] بعد تغييرها تبقى يومًا واحدًا على الأقل
    [two] بعد تغييرها تبقى يومين على الأقل
    [few] بعد تغييرها تبقى { $n } أيام على الأقل
   *[other] بعد تغييرها تبقى { $n } يومًا على الأقل
}
rule_age_hours = { $n ->
    [one] بعد تغييرها تبقى ساعة واحدة على الأقل
    [two] بعد تغييرها تبقى ساعتين على الأقل
    [few] بعد تغييرها تبقى { $n } ساعات على الأقل
   *[other] بعد تغييرها تبقى { $n } ساعة على الأقل
}
rule_age_minutes = { $n ->
    [one] بعد تغييرها تبقى دقيقة واحدة على الأقل
    [two] بعد تغييرها تبقى دقيقتين على الأقل
    [few] بعد تغييرها تبقى { $n } دقائق على الأقل
   *[other] بعد تغييرها تبقى { $n } دقيقة على الأقل
}

## Facts
fact_app = التطبيق
fact_browser = المتصفح
fact_place = المكان
fact_org = عنوان تسجيل الدخول
fact_vendor = يديره
fact_platform = النظام
fact_enrolment-link = العنوان
fact_devices = أجهزتك التي عليها Okta Verify
number = رقمك هو { $number }. اختره على هاتفك.
qr_alt = رمز QR لمسحه بتطبيقك؛ يلي ذلك في هذه الصفحة المحتوى نفسه كنص أو طريقة أخرى.
secret = مفتاح الإعداد

## Problems found here
problem_heading = هناك مشكلة
problem_required = يُرجى ملء هذا الحقل.
problem_choose = يُرجى اختيار أحد الخيارات.
problem_again = القيمتان غير متطابقتين.
problem_number = يُرجى إدخال رقم.
problem_rules = اختر كلمة مرور تستوفي كل الشروط.
problem_country = اختر بلدًا، أو ابدأ الرقم بعلامة + ورمز البلد.
problem_script = تحتاج هذه الخطوة إلى JavaScript. فعّله أو اختر طريقة أخرى.
problem_action = لم يعد ذلك ممكنًا. يُرجى متابعة هذه الخطوة.

## Messages by key, where the engine sends none
message = هناك ما يحتاج إلى انتباهك. يُرجى المحاولة مرة أخرى.
message_idx_session_expired = انتهت صلاحية تسجيل الدخول. يُرجى البدء من جديد.
message_tooManyRequests = محاولات كثيرة جدًا. انتظر قليلًا ثم حاول مرة أخرى.
message_oie_tooManyRequests = محاولات كثيرة جدًا. انتظر قليلًا ثم حاول مرة أخرى.
message_E0000047 = محاولات كثيرة جدًا. انتظر قليلًا ثم حاول مرة أخرى.
message_api_authn_error_PASSCODE_INVALID = الرمز غير صحيح. يُرجى المحاولة مرة أخرى.
message_incorrectPassword = اسم المستخدم أو كلمة المرور غير صحيحة.
message_errors_E0000004 = اسم المستخدم أو كلمة المرور غير صحيحة.
message_idx_password_expiring_message = عند انتهاء صلاحية كلمة المرور، سيُطلب منك اختيار كلمة جديدة.
message_error_username_required = يُرجى إدخال اسم المستخدم.
message_error_password_required = يُرجى إدخال كلمة المرور.
message_error_expired_session = انتهت صلاحية تسجيل الدخول. يُرجى البدء من جديد.
message_security_access_denied = ليس لديك إذن بالوصول.
message_idx_return_to_original_tab = عُد إلى علامة التبويب التي بدأت فيها. ستستمر العملية هناك.
message_E0000009 = الخدمة قيد الصيانة. يُرجى المحاولة لاحقًا.
message_E0000010 = الخدمة قيد الصيانة. يُرجى المحاولة لاحقًا.

## The frame of every page
frame_skip = الانتقال إلى المحتوى
frame_error = خطأ:
frame_signing-in = تسجيل الدخول باسم
frame_brand = تسجيل الدخول
frame_footer = محمي بواسطة Interlock
frame_actions = طرق أخرى للمتابعة
wait_noscript = تعيد هذه الصفحة التحقق تلقائيًا.
wait_stop = إيقاف التحقق التلقائي
script_needed = تحتاج هذه الخطوة إلى JavaScript وإلى متصفح يدعم مفاتيح المرور. إذا تعذّر ذلك في متصفحك، فاختر طريقة أخرى.
webauthn_failed = لم ينجح ذلك. حاول مرة أخرى أو اختر طريقة أخرى.
webauthn_origin = لا يمكن استخدام مفاتيح المرور على هذا العنوان. يُرجى اختيار طريقة أخرى.

## Notes
note_hosted = لم يتم تسجيل دخولك في الصفحة الأخرى. أعد المحاولة أو اختر طريقة أخرى.
note_moved-on = لقد تقدّمت في هذه الأثناء. هذه هي الخطوة المطلوبة الآن.
note_expired = استغرق ذلك وقتًا طويلًا، لذا بدأنا تسجيل دخول جديدًا.
note_no-cookie = لم يرسل متصفحك ملف تعريف ارتباط مع إجابتك. اسمح بملفات تعريف الارتباط لهذا الموقع ثم حاول مرة أخرى.
note_too-many = محاولات كثيرة جدًا. انتظر قليلًا ثم حاول مرة أخرى.

## Notices
notice_app-away_title = التطبيق غير متاح الآن
notice_app-away_text = لقد سجّلت الدخول، لكن التطبيق لم يستجب. يُرجى المحاولة مرة أخرى بعد لحظات.
notice_error_title = حدث خطأ ما
notice_error_text = تعذّر تسجيل دخولك. لم يكن ذلك بسببك؛ يُرجى البدء من جديد.
notice_refused_title = لا يمكن قبول هذا الطلب
notice_refused_text = إنه لا يخص عملية تسجيل الدخول هذه، أو جاء من موقع آخر. يُرجى البدء من جديد.
notice_denied_title = لم يكتمل تسجيل الدخول
notice_denied_text = رُفض تسجيل الدخول، أو لا يُسمح لك باستخدام هذا التطبيق.
notice_forbidden_title = ليس لديك إذن بالوصول
notice_forbidden_text = لقد سجّلت الدخول، لكن هذه الصفحة غير متاحة لك. إذا كنت ترى أنها ينبغي أن تكون متاحة، فاسأل المسؤول.
notice_unavailable_title = تسجيل الدخول غير متاح الآن
notice_unavailable_text = تعذّر الوصول إلى خدمة تسجيل الدخول. يُرجى المحاولة مرة أخرى بعد لحظات.
notice_too-many_title = طلبات كثيرة جدًا
notice_too-many_text = يُرجى الانتظار قليلًا ثم المحاولة مرة أخرى.
notice_signed-out_title = لقد سجّلت الخروج
notice_signed-out_text = يمكنك إغلاق هذه الصفحة أو تسجيل الدخول مرة أخرى.
notice_leave_title = نعيدك الآن
notice_leave_text = إذا لم يحدث شيء، فاستخدم الرابط.
notice_email-code_title = أدخل هذا الرمز حيث بدأت
notice_email-code_text = عُد إلى المتصفح الذي كنت تسجّل الدخول فيه واكتب هذا الرمز هناك.
notice_not-found_title = لا يوجد شيء هنا
notice_not-found_text = قد يكون العنوان خاطئًا أو قديمًا.
notice_reference = المرجع
notice_retry = إعادة المحاولة
notice_sign-in = تسجيل الدخول مرة أخرى
notice_continue = متابعة
sign-out_title = هل تريد تسجيل الخروج؟
sign-out_text = ستحتاج إلى تسجيل الدخول مرة أخرى لاستخدام هذا التطبيق.
sign-out_submit = تسجيل الخروج
sign-out_stay = البقاء مسجّلًا
invited_title = هل تريد البدء من جديد بهذا الرابط؟
invited_text = أنت تسجّل الدخول بالفعل. إذا استخدمت الرابط فستنتهي هذه العملية وتبدأ عملية جديدة.
invited_submit = استخدام الرابط
invited_stay = متابعة تسجيل الدخول

## Groups of methods
group_required = مطلوب الآن
group_soon = مطلوب قريبًا
group_optional = اختياري
use_any = لتسجيل الدخول والاسترداد
use_sso = لتسجيل الدخول
use_recovery = للاسترداد
enrol_another = لديك واحدة بالفعل؛ هذا يضيف أخرى
describe_password = اختر كلمة مرور لحسابك
describe_email = استلم الرموز بالبريد الإلكتروني
describe_phone = استلم الرموز برسالة نصية أو مكالمة
describe_passkey = استخدم بصمتك أو وجهك أو رقمًا سريًا أو مفتاح أمان
describe_app = أكّد في تطبيق على هاتفك أو حاسوبك
describe_codes = أدخل رموزًا من تطبيق على هاتفك
describe_question = أجب عن سؤال لا يعرف جوابه سواك
describe_token = أدخل رموز جهازك
describe_yubikey = المس مفتاحًا يكتب رمزًا
describe_duo = أكّد في تطبيق Duo
describe_provider = تحقق في موقع آخر
date = { $month ->
    [1] { $day } يناير { $year }
    [2] { $day } فبراير { $year }
    [3] { $day } مارس { $year }
    [4] { $day } أبريل { $year }
    [5] { $day } مايو { $year }
    [6] { $day } يونيو { $year }
    [7] { $day } يوليو { $year }
    [8] { $day } أغسطس { $year }
    [9] { $day } سبتمبر { $year }
    [10] { $day } أكتوبر { $year }
    [11] { $day } نوفمبر { $year }
   *[12] { $day } ديسمبر { $year }
}

## What scripts say and put in
show = إظهار
show_field = إظهار { $label }
copy = نسخ
copied = تم النسخ
wait_going = تم. جارٍ المتابعة…
wait_stopped = توقفت هذه الصفحة عن التحقق. استخدم الزر للتحقق مرة أخرى.
probe_looking = جارٍ البحث عن Okta Verify على هذا الجهاز…
probe_found = تم العثور على Okta Verify. اتبع تعليماته.
probe_failed = تعذّر الوصول إلى Okta Verify على هذا الجهاز.
probe_denied = لم يسمح متصفحك لهذه الصفحة بالبحث عن Okta Verify. اسمح بالوصول إلى التطبيقات على هذا الجهاز، ثم حاول مرة أخرى.
probe_noscript = يحتاج البحث عن Okta Verify إلى JavaScript. بدونه، تابع دون هذا التحقق.
captcha_working = جارٍ التحقق من أنك لست روبوتًا…
captcha_done = نجح التحقق.
captcha_failed = لم ينجح التحقق. أعد تحميل هذه الصفحة للمحاولة مرة أخرى.
captcha_needed = تتحقق هذه الخطوة من أنك لست روبوتًا، وتحتاج إلى JavaScript. فعّله أو اختر طريقة أخرى.
captcha_off = تطلب هذه الخطوة تحققًا غير معدّ هنا. اختر طريقة أخرى أو اسأل المسؤول.
duo_frame = التحقق بواسطة Duo
duo_needed = يحتاج التحقق بواسطة Duo إلى JavaScript. فعّله أو اختر طريقة أخرى.
duo_off = لا يمكن عرض التحقق بواسطة Duo هنا. اختر طريقة أخرى.
hosted_link = أكمل في صفحة تسجيل الدخول الخاصة بمؤسستك
device_frame = التحقق من هذا الجهاز
webauthn_verify = ستحتاج إلى رقمك السري أو بصمتك أو وجهك.
webauthn_help_title = يتعذّر عليك التحقق؟
webauthn_help_text = تأكد من استخدام الجهاز أو المفتاح الذي أعددته. يمكنك أيضًا اختيار طريقة أخرى.
webauthn_again = إعادة المحاولة

## Links of every page
link_help = مساعدة
link_support = الدعم
