//! The manual's pictures of Sekisho's pages. The browser stories take them, so none shows an old page; a page
//! of the manual asks for one by naming it: `![…](pictures/STORY/PAGE.png)`.
//!
//! **Invariant:** every picture that the manual names is beside it and was taken again by the stories, and
//! there are no other pictures.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::workspace;

const LANGUAGES: [&str; 2] = ["en", "ja"];

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Picture {
    language: &'static str,
    /// The folder of the story that takes the picture.
    story: String,
    /// The story's name for the page, without the number of its place in the story.
    page: String,
}

impl Picture {
    /// The picture's path in the manual.
    fn kept(&self) -> PathBuf {
        let name = format!("{}.png", self.page);
        docs(self.language).join("pictures").join(&self.story).join(name)
    }

    /// The picture's path in the output of the stories.
    fn taken(&self) -> Result<PathBuf, Failure> {
        let folder = workspace::target().join("e2e").join(self.language).join(&self.story);
        let is_it = |path: &PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let page = name.split_once('-').map(|(_number, rest)| rest);
            page.and_then(|rest| rest.strip_suffix("-desktop.png")) == Some(self.page.as_str())
        };
        let found = files(&folder)?.into_iter().find(is_it);
        found.ok_or_else(|| Failure::PictureNotTaken(self.kept()))
    }
}

/// Fails unless the manual's folder contains exactly the pictures that the manual names.
pub(crate) fn check_kept() -> Result<(), Failure> {
    for language in LANGUAGES {
        let named: BTreeSet<PathBuf> = named(language)?.iter().map(Picture::kept).collect();
        let mut kept = BTreeSet::new();
        for story in files(&docs(language).join("pictures"))? {
            kept.extend(files(&story)?);
        }
        if let Some(odd) = named.symmetric_difference(&kept).next() {
            return Err(Failure::PictureOdd(odd.clone()));
        }
    }
    Ok(())
}

/// Fails unless the stories have just taken every picture that the manual names.
pub(crate) fn check_taken() -> Result<(), Failure> {
    for language in LANGUAGES {
        for picture in named(language)? {
            picture.taken()?;
        }
    }
    Ok(())
}

/// Puts the pictures that the stories took into the manual.
pub(crate) fn keep() -> Result<(), Failure> {
    for language in LANGUAGES {
        let folder = docs(language).join("pictures");
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(Failure::file(&folder))?;
        }
        for picture in named(language)? {
            let kept = picture.kept();
            let folder = kept.parent().unwrap_or(&kept);
            fs::create_dir_all(folder).map_err(Failure::file(folder))?;
            fs::copy(picture.taken()?, &kept).map_err(Failure::file(&kept))?;
            println!("{}", kept.display());
        }
    }
    Ok(())
}

fn named(language: &'static str) -> Result<BTreeSet<Picture>, Failure> {
    let mut pictures = BTreeSet::new();
    for page in files(&docs(language))? {
        if page.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        let text = fs::read_to_string(&page).map_err(Failure::file(&page))?;
        for (story, page) in text.split("](pictures/").skip(1).filter_map(name_in) {
            pictures.insert(Picture { language, story, page });
        }
    }
    Ok(pictures)
}

/// Story and page in the text after `](pictures/`.
fn name_in(rest: &str) -> Option<(String, String)> {
    let (name, _) = rest.split_once(".png)")?;
    let (story, page) = name.split_once('/')?;
    Some((story.to_owned(), page.to_owned()))
}

fn docs(language: &str) -> PathBuf {
    workspace::root().join("docs").join(language)
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = fs::read_dir(folder).map_err(Failure::file(folder))?;
    entries.map(|entry| Ok(entry.map_err(Failure::file(folder))?.path())).collect()
}
