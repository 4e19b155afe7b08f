//! The front page and the guides: how to apply, how to pick up, how to import.

use crate::{
    drawing::{self, Drawing},
    page::pages,
    voice::{Phrase, Voice},
};
use domain::{device::DeviceType, renewal::RENEWAL_LATE_DAYS};

/// `/`.
#[derive(Debug, Clone, Default)]
pub struct FrontPage {
    /// Captured mail can be read at `/outbox` (only under `up`).
    pub outbox: bool,
}

/// `/guide/import/{device}`.
#[derive(Debug, Clone)]
pub struct ImportGuidePage {
    pub device: DeviceType,
    /// Address of the tenant's site without a slash at its end, if it is known.
    pub site: Option<String>,
}

impl ImportGuidePage {
    fn steps(&self, t: &Voice) -> Vec<ImportStep> {
        let steps = t.list(&self.key("step")).into_iter().enumerate();
        steps
            .map(|(index, text)| ImportStep {
                text,
                drawing: drawing::import_step(self.device, index + 1, t),
            })
            .collect()
    }

    fn notes(&self, t: &Voice) -> Vec<Phrase> {
        t.list(&self.key("note"))
    }

    /// The browser to open, and the programs to close before.
    fn proof_step(&self, t: &Voice) -> Phrase {
        let own = t.say(self.key("proof"));
        if own.exists() { own } else { t.say("import-proof-open") }
    }

    fn chooser(&self, t: &Voice) -> Drawing {
        drawing::chooser(self.device, t)
    }

    fn proof(&self, t: &Voice) -> Drawing {
        drawing::proof(self.device, t)
    }

    fn key(&self, part: &str) -> String {
        format!("import-{}-{part}", self.device.name())
    }
}

struct ImportStep {
    text: Phrase,
    drawing: Option<Drawing>,
}

pages! {
    front(FrontPage) = "public/front.html";
    /// 新規申請手順.
    text guide_apply = "public/guide_apply.html";
    /// 取得手順.
    text guide_pickup = "public/guide_pickup.html";
    /// All import guides.
    text guide_import_index = "public/guide_import_index.html";
    /// One import guide, ending in the proof.
    guide_import(ImportGuidePage) = "public/guide_import.html";
}
