//! What stands around every page: the product's name and looks, the language.

use minijinja::value::Serde;
use serde::Serialize;

use super::{Inner, Pages};
use crate::login::view::{
    assets::Asset,
    brand::{Brand, Picture},
    words::cut,
};

/// What the operator's brand puts around every page.
#[derive(Clone, Debug, Default)]
pub(super) struct Look {
    style: Option<String>,
    icon: Option<String>,
    logo: Option<String>,
    logo_dark: Option<String>,
    logo_alt: Option<String>,
    links: Vec<(&'static str, String)>,
}

impl Look {
    pub(super) fn new(brand: &Brand, assets: &mut Vec<Asset>) -> Self {
        let mut picture = |picture: &Option<Picture>| {
            let Picture {
                content,
                extension,
                content_type,
            } = picture.clone()?;
            let asset = Asset::new(content, extension, content_type);
            let path = asset.path.clone();
            assets.push(asset);
            Some(path)
        };
        let (icon, logo, logo_dark) = (
            picture(&brand.icon),
            picture(&brand.logo),
            picture(&brand.logo_dark),
        );
        let css = [brand.colors.css(), brand.css.as_deref().unwrap_or_default()].concat();
        let style = (!css.is_empty()).then(|| Asset::new(css, "css", "text/css; charset=utf-8"));
        let path = style.as_ref().map(|style| style.path.clone());
        assets.extend(style);
        Self {
            style: path,
            icon,
            logo,
            logo_dark,
            logo_alt: brand.logo_alt.clone(),
            links: brand.links.clone(),
        }
    }
}

/// What stands around every page.
#[derive(Serialize)]
struct Frame<'a> {
    lang: &'a str,
    dir: &'a str,
    brand: &'a str,
    style: &'a str,
    brand_style: Option<&'a str>,
    icon: &'a str,
    logo: Option<&'a str>,
    logo_dark: Option<&'a str>,
    logo_alt: &'a str,
    links: &'a [(&'static str, String)],
}

impl Pages {
    /// The frame of a page that the engine, or the caller, names so.
    pub(super) fn frame(&self, brand: Option<&str>) -> minijinja::Value {
        let Inner { look, assets, .. } = &*self.inner;
        let general = self.word("frame.brand");
        let brand = self.inner.brand.as_deref().or(brand.map(cut));
        let brand = brand.or(self.site.as_deref()).unwrap_or(&general);
        minijinja::Value::from(Serde(Frame {
            lang: self.tongue.words.tag().as_str(),
            dir: self.tongue.words.tag().direction(),
            brand,
            style: &assets.style.path,
            brand_style: look.style.as_deref(),
            icon: look.icon.as_deref().unwrap_or(&assets.icon.path),
            logo: look.logo.as_deref(),
            logo_dark: look.logo_dark.as_deref(),
            logo_alt: look.logo_alt.as_deref().unwrap_or(brand),
            links: &look.links,
        }))
    }
}
