//! Texts of cases on their way out: masked for those who see personal data masked. And on their way back in: what comes back as
//! it was shown stays what it is, so that nobody writes a mask over what they could not see.

use xinju_model::case::{Case, CaseAbout, CaseItem, Selection};
use xinju_model::chain::{ChainLink, LinkAbout};
use xinju_model::personal::Masks;

fn hide(masks: &Masks, text: &mut String) {
    if !masks.is_empty() {
        *text = masks.mask(text).text;
    }
}

/// Puts back what a masked text stands for.
fn restore(masks: &Masks, text: &mut String, before: &str) {
    if !masks.is_empty() && *text == masks.mask(before).text {
        before.clone_into(text);
    }
}

fn texts(about: &mut CaseAbout) -> [&mut String; 5] {
    let CaseAbout { name, number, forum, purpose, .. } = about;
    [name, number, &mut forum.name, &mut forum.approval_number, purpose]
}

/// A case as it is shown.
pub(super) fn shown(masks: &Masks, mut case: Case) -> Case {
    for text in texts(&mut case.about) {
        hide(masks, text);
    }
    case.about.parties.iter_mut().for_each(|party| hide(masks, &mut party.name));
    case
}

/// Something collected as it is shown.
pub(super) fn shown_item(masks: &Masks, mut item: CaseItem) -> CaseItem {
    hide(masks, &mut item.comment);
    if let Selection::Search { query, .. } = &mut item.selection {
        hide(masks, query);
    }
    item
}

/// A link of a chain as it is shown.
pub(super) fn shown_link(masks: &Masks, mut link: ChainLink) -> ChainLink {
    hide(masks, &mut link.about.title);
    hide(masks, &mut link.about.comment);
    link.files.iter_mut().for_each(|file| hide(masks, &mut file.name));
    link
}

/// What is to be known of a case, from somebody who saw `before` masked.
pub(super) fn returned(masks: &Masks, mut about: CaseAbout, before: &CaseAbout) -> CaseAbout {
    let mut old = before.clone();
    for (text, before) in texts(&mut about).into_iter().zip(texts(&mut old)) {
        restore(masks, text, before);
    }
    // Parties have no ids: two whose names look the same masked stay in their order.
    let mut left: Vec<&str> = before.parties.iter().map(|party| party.name.as_str()).collect();
    for party in &mut about.parties {
        if let Some(place) = left.iter().position(|name| party.name == masks.mask(name).text) {
            restore(masks, &mut party.name, left.remove(place));
        }
    }
    about
}

/// What is to be said of a link, from somebody who saw `before` masked.
pub(super) fn returned_link(masks: &Masks, mut about: LinkAbout, before: &LinkAbout) -> LinkAbout {
    restore(masks, &mut about.title, &before.title);
    restore(masks, &mut about.comment, &before.comment);
    about
}
