//! What a form asks for, as a table of controls.

use std::fmt;

use serde_json::Value;

use super::{Note, Text};

/// One thing that a form sends.
#[derive(Clone, Debug)]
pub struct Control {
    /// Its number in the form, counted over the whole form; pages name controls by it.
    pub index: usize,
    /// Where the answer goes in the body; a name may hold dots.
    pub path: Vec<String>,
    /// What it is called.
    pub label: Text,
    /// What a person does with it.
    pub what: What,
    /// Whether it must be filled.
    pub required: bool,
    /// The `autocomplete` tokens.
    pub autocomplete: Option<&'static str>,
    /// The `inputmode`.
    pub inputmode: Option<&'static str>,
    /// Sentences between the label and the control.
    pub hints: Vec<Text>,
    /// The engine's messages about it.
    pub messages: Vec<Note>,
    /// Fewest and most characters.
    pub length: (Option<u64>, Option<u64>),
}

impl Control {
    /// `credentials.passcode`: what `data-field` says. Nothing is decoded from it.
    pub fn field(&self) -> String {
        self.path.join(".")
    }

    /// The last name of its path.
    pub fn name(&self) -> &str {
        self.path.last().map_or("", String::as_str)
    }

    /// Whether it is a choice that can't be left open, among methods that are all hidden.
    pub fn is_exhausted(&self) -> bool {
        if let What::Choice { options, look, .. } = &self.what {
            let decides = self.required || *look == Look::Buttons;
            return decides && !options.is_empty() && options.iter().all(|item| item.hidden);
        }
        self.what.branches().is_some_and(|branches| {
            !branches.is_empty() && branches.iter().all(|branch| branch.hidden)
        })
    }

    /// Whether it is the answer to a captcha, without which the form is refused.
    pub fn is_captcha(&self) -> bool {
        self.required && self.name() == "captchaToken"
    }

    /// Whether a person sees it.
    pub fn is_shown(&self) -> bool {
        !matches!(self.what, What::Fixed(_) | What::Script)
    }
}

/// What a person does with a control.
#[derive(Clone, Debug)]
pub enum What {
    /// Chooses one of several forms.
    Branches(Vec<Branch>),
    /// Ticks it or not.
    Checkbox {
        /// Whether it is ticked at first.
        ticked: bool,
        /// Whether it is sent when it is not ticked.
        always: bool,
    },
    /// Chooses one value.
    Choice {
        /// The values.
        options: Vec<Item>,
        /// The one that is chosen at first.
        chosen: Option<usize>,
        /// How it looks.
        look: Look,
    },
    /// Nothing: sent as it is.
    Fixed(Sent),
    /// Types a new password, twice.
    NewPassword,
    /// Types a secret; never shown again. It is text whatever its type: the zeros that a PIN begins with count.
    Password,
    /// Types a phone number.
    Phone {
        /// Whether an extension may be given.
        extension: bool,
    },
    /// Nothing: a script fills it.
    Script,
    /// Reads it: sent as it is.
    Stated(Sent),
    /// Types text.
    Text {
        /// What stands there at first.
        value: Option<String>,
        /// What becomes of it.
        format: Format,
    },
}

impl What {
    /// The forms to choose from.
    pub fn branches(&self) -> Option<&[Branch]> {
        if let Self::Branches(branches) = self {
            Some(branches)
        } else {
            None
        }
    }

    /// Whether a person chooses a value.
    pub fn is_choice(&self) -> bool {
        matches!(self, Self::Choice { .. })
    }

    /// The values that submit by their buttons.
    pub fn deciding(&self) -> Option<&[Item]> {
        if let Self::Choice {
            options,
            look: Look::Buttons,
            ..
        } = self
        {
            Some(options)
        } else {
            None
        }
    }
}

/// How a choice looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Each value is a button that submits.
    Buttons,
    /// Radio buttons.
    Radios,
    /// A list to open.
    Select,
}

/// What becomes of typed text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A code: blanks and hyphens are dropped.
    Code,
    /// A number.
    Number,
    /// A list, one value a line or between commas.
    Set,
    /// Text: blanks around it are dropped.
    Text,
    /// The code of a device: `ABCD-WXYZ`.
    UserCode,
    /// As typed.
    Verbatim,
}

/// One value to choose.
#[derive(Clone, Debug)]
pub struct Item {
    /// What it is called.
    pub label: Text,
    /// What the engine calls it, where we have words of our own for it.
    pub note: Option<Text>,
    /// What is sent.
    pub value: Sent,
    /// Whether it is not offered here.
    pub hidden: bool,
}

/// One form to choose.
#[derive(Clone, Debug)]
pub struct Branch {
    /// What it is called.
    pub label: Text,
    /// Masked address, nickname and the like.
    pub notes: Vec<Text>,
    /// Its key, such as `okta_email`.
    pub key: Option<String>,
    /// What it asks for and sends.
    pub controls: Vec<Control>,
    /// Whether it is not offered here.
    pub hidden: bool,
    /// When it must be set up, where the step is about that.
    pub due: Option<Due>,
}

/// When a method must be set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Due {
    /// Before anything else.
    Now,
    /// Before its grace period ends.
    Soon,
    /// Never.
    Optional,
}

impl Due {
    /// Its key in the words.
    pub fn key(self) -> &'static str {
        match self {
            Self::Now => "group.required",
            Self::Soon => "group.soon",
            Self::Optional => "group.optional",
        }
    }
}

impl Branch {
    /// The one choice that can be made by its button, with the number of its control.
    pub fn choice(&self) -> Option<(&Control, &[Item])> {
        let mut asked = self.controls.iter().filter(|control| control.is_shown());
        let first = asked.next()?;
        if let What::Choice { options, .. } = &first.what
            && asked.next().is_none()
        {
            return Some((first, options));
        }
        None
    }

    /// Whether a press of a button answers it; what a script must fill has to stand in a form.
    pub fn is_button(&self) -> bool {
        let awaits_script =
            |control: &Control| control.required && matches!(control.what, What::Script);
        !self.controls.iter().any(awaits_script)
            && (self.choice().is_some() || !self.controls.iter().any(Control::is_shown))
    }
}

/// A value that is sent; hidden from `Debug`, since it may be the state handle.
#[derive(Clone)]
pub struct Sent(pub Value);

impl Sent {
    /// As text for a page, where it is a scalar.
    pub fn text(&self) -> String {
        match &self.0 {
            Value::String(text) => text.clone(),
            Value::Bool(is) => is.to_string(),
            Value::Number(number) => number.to_string(),
            Value::Null | Value::Array(_) | Value::Object(_) => String::new(),
        }
    }
}

impl fmt::Debug for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sent")
    }
}
