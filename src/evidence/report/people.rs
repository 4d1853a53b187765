//! Who takes part: the parties that a case names, and the people whom the items of a volume name.

use std::collections::BTreeMap;
use std::sync::Arc;

use xinju_model::limits::REPORT_PEOPLE_MAX;

use crate::layout::book::Section;
use crate::layout::colour::SOFT;
use crate::layout::face::{Faces, Style};
use crate::layout::paper::Paper;
use crate::layout::table::{Column, Table};

use super::cover::{heading, note, subtitle};
use super::input::{Person, ReportHead, ReportItem};
use super::words;

const PARTIES: &[Column] =
    &[Column { width: 340.0, head: "姓名或名称\nName" }, Column { width: 155.28, head: "身份\nRole" }];
const PEOPLE: &[Column] = &[
    Column { width: 150.0, head: "姓名\nName" },
    Column { width: 180.0, head: "渠道标识\nId on the channel" },
    Column { width: 80.0, head: "身份\nSide" },
    Column { width: 85.28, head: "发送 / 接收\nSent / received" },
];
const PLAIN: Style = Style::sans(8.5).leading(12.5);

/// Somebody whom items name.
struct Row {
    person: Person,
    sent: u32,
    received: u32,
}

/// The people of a volume, in the order in which items name them. Who is withheld is in no item, and so not here.
#[derive(Default)]
pub(super) struct People {
    /// Place of each in `rows`; beyond their end for those who are only counted.
    places: BTreeMap<String, usize>,
    rows: Vec<Row>,
}

impl People {
    /// Takes in whom an item names.
    pub(super) fn add(&mut self, item: &ReportItem) {
        if let Some(person) = &item.from {
            self.row(person, |row| row.sent = row.sent.saturating_add(1));
        }
        for person in &item.to {
            self.row(person, |row| row.received = row.received.saturating_add(1));
        }
    }

    fn row(&mut self, person: &Person, count: impl FnOnce(&mut Row)) {
        let next = self.places.len();
        let place = *self.places.entry(person.id.clone()).or_insert(next);
        if place == self.rows.len() && place < REPORT_PEOPLE_MAX {
            self.rows.push(Row { person: person.clone(), sent: 0, received: 0 });
        }
        if let Some(row) = self.rows.get_mut(place) {
            count(row);
        }
    }

    /// How many are only counted.
    fn more(&self) -> usize {
        self.places.len().saturating_sub(self.rows.len())
    }

    /// The section of a volume; the parties stand in the first one.
    pub(super) fn section(&self, faces: &Arc<Faces>, head: &ReportHead, volume: u32) -> Section {
        let mut paper = Paper::new(Arc::clone(faces));
        heading(&mut paper, "当事人与参与人", "Parties and participants");
        if volume == 1 {
            parties(&mut paper, head);
        }
        subtitle(&mut paper, "参与人", "Participants: those whom the items of this volume name");
        note(
            &mut paper,
            "姓名取自存档系统的通讯录，标识为渠道（企业微信）给出的账号。姓名与自然人的对应关系需另行举证。被遮蔽者不列入。",
            "Names are from the archive's directory; ids are those that the channel gave. That a name is a certain person must be shown by other means. Who is withheld is not listed.",
        );
        let mut table = Table::new(&mut paper, PEOPLE);
        for row in &self.rows {
            let name = if row.person.name.is_empty() { "—".to_owned() } else { row.person.name.clone() };
            table.row(&[
                vec![(PLAIN, name)],
                vec![(PLAIN, row.person.id.clone())],
                vec![(PLAIN, words::side(row.person.side).to_owned())],
                vec![(PLAIN, format!("{} / {}", row.sent, row.received))],
            ]);
        }
        match self.more() {
            0 if self.rows.is_empty() => table.row(&[vec![(PLAIN.of(SOFT), "无 none".to_owned())]]),
            0 => {}
            more => table.row(&[vec![(
                PLAIN.of(SOFT),
                format!("另有 {more} 人，见各条记录\nand {more} more; see the records"),
            )]]),
        }
        Section::new("当事人与参与人 Parties and participants", paper)
    }
}

fn parties(paper: &mut Paper, head: &ReportHead) {
    subtitle(paper, "当事人", "Parties, as the case names them");
    let mut table = Table::new(paper, PARTIES);
    for party in &head.parties {
        table.row(&[vec![(PLAIN, party.name.clone())], vec![(PLAIN, words::role(party.role).to_owned())]]);
    }
    if head.parties.is_empty() {
        table.row(&[vec![(PLAIN.of(SOFT), words::NOT_GIVEN.to_owned())]]);
    }
    paper.space(12.0);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::{person, text};
    use xinju_model::channel::Side;

    #[test]
    fn people_are_counted_in_the_order_in_which_items_name_them() {
        let staff = person("张伟", "zhangwei", Side::Staff);
        let mut people = People::default();
        for index in 0..3 {
            people.add(&text(index, staff.clone(), "好"));
        }
        let mut hidden = text(3, staff, "好");
        (hidden.from, hidden.to) = (None, vec![person("", "wmOther", Side::Customer)]);
        people.add(&hidden);
        let told: Vec<_> = people.rows.iter().map(|row| (row.sent, row.received)).collect();
        assert_eq!(told, [(3, 0), (0, 3), (0, 1)]);
        assert_eq!(people.rows.first().map(|row| &*row.person.id), Some("zhangwei"));
        assert_eq!(people.more(), 0);
    }

    #[test]
    fn very_many_are_named_up_to_a_number_and_counted_beyond() {
        let mut people = People::default();
        let mut item = text(1, person("", "a", Side::Staff), "x");
        item.to = (0..=REPORT_PEOPLE_MAX).map(|one| person("", &format!("wm{one}"), Side::Customer)).collect();
        people.add(&item);
        people.add(&item);
        assert_eq!((people.rows.len(), people.more()), (REPORT_PEOPLE_MAX, 2));
        assert!(people.rows.iter().all(|row| row.sent.max(row.received) == 2));
    }
}
