//! Where mails, text messages and calls arrive.

use std::{collections::VecDeque, fmt::Write as _};

use serde::Serialize;
use serde_json::{Value, json};

/// How many are kept.
const KEPT: usize = 200;

/// A message somebody got.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mail {
    /// Address or telephone number.
    pub to: String,
    /// `email`, `sms` or `voice`.
    pub channel: &'static str,
    /// What it is about.
    pub subject: String,
    /// The passcode in it.
    pub code: Option<String>,
    /// The link in it.
    pub link: Option<String>,
    /// Seconds since 1970.
    pub sent_at: u64,
}

/// All of them, newest first.
#[derive(Debug, Default)]
pub(crate) struct Inbox(VecDeque<Mail>);

impl Inbox {
    pub(crate) fn deliver(&mut self, mail: Mail) {
        self.0.push_front(mail);
        self.0.truncate(KEPT);
    }

    /// Newest first; to one address, or to all. A person's telephone belongs to their address.
    pub(crate) fn read(&self, to: &[String]) -> Vec<Mail> {
        let wanted = |mail: &&Mail| to.is_empty() || to.iter().any(|to| same(to, &mail.to));
        self.0.iter().filter(wanted).cloned().collect()
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}

fn same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

pub(crate) fn json(mails: &[Mail]) -> Value {
    json!(mails)
}

/// The page at `/inbox`.
pub(crate) fn page(mails: &[Mail]) -> String {
    let mut rows = String::new();
    for mail in mails {
        let code = mail.code.as_deref().map_or_else(String::new, |code| {
            format!("<p class=code><code>{}</code></p>", escape(code))
        });
        let link = mail.link.as_deref().map_or_else(String::new, |link| {
            format!(
                "<p><a href=\"{0}\">Open the link in this message</a></p>",
                escape(link)
            )
        });
        let _ = write!(
            rows,
            "<article><h2>{}</h2><p class=to>{} to {}</p>{code}{link}</article>",
            escape(&mail.subject),
            escape(mail.channel),
            escape(&mail.to),
        );
    }
    if rows.is_empty() {
        rows.push_str(
            "<p class=to>No messages yet. Codes and links arrive here; reload to see new ones.</p>",
        );
    }
    document("Inbox", &rows)
}

/// A small page in the engine's look.
pub(crate) fn document(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=en><head><meta charset=utf-8><meta name=viewport content=\"width=device-width\">\
<title>{title} · Interlock development engine</title><style>\
body{{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem;color:#1a1a1f;background:#fafafa}}\
article{{background:#fff;border:1px solid #ddd;border-radius:.5rem;padding:1rem 1.25rem;margin:1rem 0}}\
button{{font:inherit;padding:.4rem 1rem}}td{{padding:.15rem 1rem .15rem 0;vertical-align:top}}h1{{font-size:1.5rem}}h2{{font-size:1rem;margin:0}}p{{margin:.35rem 0}}.to{{color:#5a5a66}}\
.code code{{font-size:1.5rem;letter-spacing:.15em}}\
@media(prefers-color-scheme:dark){{body{{color:#eee;background:#17171b}}article{{background:#222228;border-color:#3a3a42}}\
.to{{color:#a5a5b2}}a{{color:#8ab4ff}}}}\
</style></head><body><main><h1>{title}</h1>{body}</main></body></html>",
        title = escape(title),
    )
}

/// Text as HTML.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_shows_text_as_text() {
        let mail = Mail {
            to: "<script>@example.com".to_owned(),
            channel: "email",
            subject: "\"Code\" & more".to_owned(),
            code: Some("123456".to_owned()),
            link: None,
            sent_at: 0,
        };
        let page = page(&[mail]);
        assert!(!page.contains("<script>"));
        assert!(page.contains("&lt;script&gt;@example.com"));
        assert!(page.contains("&quot;Code&quot; &amp; more"));
    }
}
