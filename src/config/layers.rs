//! The layers of a configuration, each value remembering which of them said it.

use std::path::{Path, PathBuf};

use figment::{
    Error, Figment, Metadata, Profile, Provider, Source,
    value::{Dict, Map, Value},
};

use super::{
    coerce, format,
    key::{Key, Segment},
    nearest,
    remark::Mistakes,
    shape::Shape,
};

/// Where a configuration comes from, weakest first; the environment stands between the two.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// Files in order, later ones win; none: [`super::DEFAULT_FILE`], if it is there.
    pub files: Vec<PathBuf>,
    /// `KEY=VALUE` of every `--set`, in order.
    pub set: Vec<String>,
    /// Read no file that is not named in `files`, not even the default one.
    pub no_default_file: bool,
}

impl Sources {
    /// The files to read, and whether the default one is wanted and not there.
    pub(super) fn present(&self) -> (Vec<PathBuf>, bool) {
        if !self.files.is_empty() || self.no_default_file {
            return (self.files.clone(), false);
        }
        let default = PathBuf::from(super::DEFAULT_FILE);
        let absent = !default.exists();
        (if absent { Vec::new() } else { vec![default] }, absent)
    }
}

/// The merged layers.
#[derive(Debug)]
pub(super) struct Layers {
    figment: Figment,
    root: Value,
    incomplete: bool,
}

/// Who says something.
#[derive(Clone, Debug)]
enum Origin {
    Environment(String),
    File(PathBuf),
    Set(String),
}

struct Layer {
    origin: Origin,
    dict: Dict,
}

impl Layers {
    /// Reads all sources; what can't be read is noted and left out.
    pub(super) fn read(
        files: &[PathBuf],
        environment: impl Iterator<Item = (String, String)>,
        set: &[String],
        shape: &Shape,
        mistakes: &mut Mistakes,
    ) -> Self {
        let mut layers = Self {
            figment: Figment::new(),
            root: Dict::new().into(),
            incomplete: false,
        };
        for file in files {
            match format::read(file) {
                Ok(dict) => layers.merge(Origin::File(file.clone()), dict),
                Err(says) => {
                    layers.incomplete = true;
                    mistakes.add_source(file.display().to_string(), says);
                }
            }
        }
        // Shorter names first, so that a whole list can be given and one of its elements changed.
        let mut variables: Vec<_> = environment
            .filter_map(|(name, text)| Some((name.strip_prefix(PREFIX)?.to_owned(), text)))
            .collect();
        variables.sort();
        for (name, text) in variables {
            let segments = name.split("__").map(spoken).collect();
            let origin = Origin::Environment(format!("{PREFIX}{name}"));
            layers.text(origin, &Key::new(segments), &text, shape, mistakes);
        }
        for setting in set {
            let split = setting.split_once('=');
            let Some((key, text)) =
                split.and_then(|(key, text)| Some((Key::written(key.trim())?, text)))
            else {
                let shown = split.map_or("…", |(key, _)| key);
                let says =
                    "must be KEY=VALUE, such as --set server.listen=127.0.0.1:8080".to_owned();
                mistakes.add_source(format!("--set {shown}"), says);
                continue;
            };
            layers.text(Origin::Set(key.to_string()), &key, text, shape, mistakes);
        }
        layers
    }

    /// Whether a file could not be read.
    pub(super) fn is_incomplete(&self) -> bool {
        self.incomplete
    }

    /// Everything.
    pub(super) fn root(&self) -> &Value {
        &self.root
    }

    /// The value at a key, if a layer gives one.
    pub(super) fn value(&self, key: &Key) -> Option<&Value> {
        key.segments().iter().try_fold(&self.root, below)
    }

    /// Who says what stands at a key, or else at the nearest key above it.
    pub(super) fn origin(&self, key: &Key) -> String {
        self.metadata(key).map_or_else(
            || {
                self.only_file()
                    .unwrap_or_else(|| "configuration".to_owned())
            },
            |metadata| metadata.name.to_string(),
        )
    }

    /// A path relative to the file that names it; from the environment or `--set`, to the working directory.
    pub(super) fn resolve(&self, key: &Key, path: &str) -> PathBuf {
        let folder = self
            .metadata(key)
            .and_then(|metadata| metadata.source.as_ref())
            .and_then(Source::file_path)
            .and_then(Path::parent);
        folder.map_or_else(|| PathBuf::from(path), |folder| folder.join(path))
    }

    fn metadata(&self, key: &Key) -> Option<&Metadata> {
        let mut found = None;
        let mut value = &self.root;
        for segment in key.segments() {
            let Some(next) = below(value, segment) else {
                break;
            };
            value = next;
            found = self.figment.get_metadata(value.tag()).or(found);
        }
        found
    }

    /// The one file, where there is one: what is missing is missing there.
    fn only_file(&self) -> Option<String> {
        let mut files = self
            .figment
            .metadata()
            .filter(|metadata| metadata.source.is_some());
        let first = files.next()?;
        files.next().is_none().then(|| first.name.to_string())
    }

    fn merge(&mut self, origin: Origin, dict: Dict) {
        let figment = std::mem::take(&mut self.figment);
        self.figment = figment.merge(Layer { origin, dict });
        let merged = self.figment.data().unwrap_or_default();
        if let Some(dict) = merged
            .into_iter()
            .find_map(|(profile, dict)| (profile == Profile::Default).then_some(dict))
        {
            self.root = dict.into();
        }
    }

    /// Merges one value given as text.
    fn text(
        &mut self,
        origin: Origin,
        key: &Key,
        text: &str,
        shape: &Shape,
        mistakes: &mut Mistakes,
    ) {
        let outcome = locate(key, shape).and_then(|(key, wanted)| {
            let value = coerce::value(text, wanted).map_err(|says| (shown(text, wanted), says))?;
            let Some(Segment::Name(top)) = key.segments().first() else {
                return Err((None, "is no key".to_owned()));
            };
            let mut root = Value::from(Dict::from([(
                top.to_string(),
                self.value(&Key::of(top))
                    .cloned()
                    .unwrap_or_else(|| Dict::new().into()),
            )]));
            place(&mut root, key.segments(), value).map_err(|says| (None, says))?;
            Ok(root.into_dict().unwrap_or_default())
        });
        match outcome {
            Ok(dict) => self.merge(origin, dict),
            Err((value, says)) => {
                let value = value.map_or_else(String::new, |value| format!(" = {value}"));
                mistakes.add_source(format!("{}{value}", origin.describe()), says);
            }
        }
    }
}

impl Origin {
    fn describe(&self) -> String {
        match self {
            Self::Environment(name) => format!("environment variable {name}"),
            Self::File(path) => path.display().to_string(),
            Self::Set(key) => format!("--set {key}"),
        }
    }
}

impl Provider for Layer {
    fn metadata(&self) -> Metadata {
        let metadata = Metadata::named(self.origin.describe());
        match &self.origin {
            Origin::File(path) => metadata.source(path.as_path()),
            Origin::Environment(_) | Origin::Set(_) => metadata,
        }
    }

    fn data(&self) -> Result<Map<Profile, Dict>, Error> {
        Ok(Profile::Default.collect(self.dict.clone()))
    }
}

/// The key as the shape spells it, and what it wants; or what is wrong with it.
fn locate<'a>(key: &Key, whole: &'a Shape) -> Result<(Key, &'a Shape), (Option<String>, String)> {
    let mut found = Vec::new();
    let mut shape = whole;
    for segment in key.segments() {
        let segment = match (shape, segment) {
            (Shape::Table(keys), Segment::Name(name)) if !keys.contains_key(&**name) => {
                Segment::Name(name.to_lowercase().into())
            }
            (Shape::Map(_) | Shape::Any, Segment::Index(index)) => {
                Segment::Name(index.to_string().into())
            }
            _ => segment.clone(),
        };
        shape = match (shape.step(&segment), shape, &segment) {
            (Some(below), _, _) => below,
            (None, Shape::List(_), _) => {
                let list = Key::new(found);
                return Err((
                    None,
                    format!("{list} is a list; name an element, such as {list}[0]"),
                ));
            }
            (None, Shape::Table(_), Segment::Name(name)) => {
                let says = nearest::advice(name, shape, whole);
                return Err((None, format!("{} {says}", Key::new(found).name(name))));
            }
            (None, _, _) => {
                let above = Key::new(found);
                return Err((None, format!("has nothing below {above}, which is {shape}")));
            }
        };
        found.push(segment);
    }
    Ok((Key::new(found), shape))
}

/// Puts a value at a path, making the tables on the way; a list grows by one at most.
fn place(root: &mut Value, path: &[Segment], new: Value) -> Result<(), String> {
    let Some((first, rest)) = path.split_first() else {
        *root = new;
        return Ok(());
    };
    match first {
        Segment::Name(name) => {
            if root.as_dict().is_none() {
                *root = Dict::new().into();
            }
            if let Value::Dict(_, dict) = root {
                let empty = || Dict::new().into();
                place(
                    dict.entry(name.to_string()).or_insert_with(empty),
                    rest,
                    new,
                )?;
            }
        }
        Segment::Index(index) => {
            if root.as_array().is_none() {
                *root = Vec::<Value>::new().into();
            }
            if let Value::Array(_, list) = root {
                let length = list.len();
                if *index == length {
                    list.push(Dict::new().into());
                }
                let Some(element) = list.get_mut(*index) else {
                    return Err(format!(
                        "names element {index} of a list that has {length}; the next is [{length}]"
                    ));
                };
                place(element, rest, new)?;
            }
        }
    }
    Ok(())
}

fn below<'a>(value: &'a Value, segment: &Segment) -> Option<&'a Value> {
    match (value, segment) {
        (Value::Dict(_, dict), Segment::Name(name)) => dict.get(&**name),
        (Value::Array(_, list), Segment::Index(index)) => list.get(*index),
        _ => None,
    }
}

/// A part of a variable's name: a position where it is a number.
fn spoken(part: &str) -> Segment {
    part.parse()
        .map_or_else(|_| Segment::Name(part.into()), Segment::Index)
}

fn shown(text: &str, shape: &Shape) -> Option<String> {
    let scalar = matches!(shape, Shape::Boolean | Shape::Integer(..) | Shape::Size);
    scalar.then(|| super::show::text(text))
}

/// Two underscores: `INTERLOCK_…` alone belongs to others (clap, Kubernetes service links).
const PREFIX: &str = "INTERLOCK__";
