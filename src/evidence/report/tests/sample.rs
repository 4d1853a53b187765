//! A report with an item of every kind.

use std::io::Cursor;

use xinju_model::case::{CaseParty, PartyRole};
use xinju_model::channel::Side;
use xinju_model::time::Timestamp;

use crate::redaction::{Redaction, RedactionCode, Rendering};
use crate::report::*;

pub(super) const AT: Timestamp = Timestamp(1_790_000_000_000);

pub(in crate::report) fn person(name: &str, id: &str, side: Side) -> Person {
    Person { name: name.into(), id: id.into(), side }
}

fn zhang() -> Person {
    person("张伟", "zhangwei", Side::Staff)
}

fn li() -> Person {
    person("李𠂇娜", "wmAbCdEfGhIjKlMnOpQrStUvWxYz012345", Side::Customer)
}

pub(super) fn head(items: u32) -> ReportHead {
    ReportHead {
        package: "EVID-HEHE-20260921-0007".into(),
        name: "王某诉禾禾家居有限公司买卖合同纠纷".into(),
        number: "（2026）沪0115民初12345号".into(),
        organisation: "禾禾家居（上海）有限公司".into(),
        forum: "上海市浦东新区人民法院".into(),
        purpose: "证明双方就沙发交付日期、质量异议与退款金额的沟通经过".into(),
        requested_by: "陈合规".into(),
        approved_by: vec!["周法务".into()],
        requested_at: AT,
        offset_minutes: 480,
        period: Some((Timestamp(1_789_000_000_000), AT)),
        log: LogFacts {
            origin: "archive.hehe.example/xinju".into(),
            size: 123_456,
            root: [0x5a; 32],
            key_sha256: std::array::from_fn(|place| u8::try_from(place * 7).unwrap()),
        },
        seals: vec![
            SealFacts {
                label: "CMS".into(),
                subject: "CN=禾禾家居（上海）有限公司".into(),
                issuer: "CN=禾禾家居（上海）有限公司".into(),
                sha256: [0x3c; 32],
                self_signed: true,
            },
            SealFacts {
                label: "SM2".into(),
                subject: "CN=禾禾家居国密印章".into(),
                issuer: "CN=某认证机构 SM2 CA".into(),
                sha256: [0xc3; 32],
                self_signed: false,
            },
        ],
        parties: vec![
            CaseParty { name: "王某".into(), role: PartyRole::Claimant },
            CaseParty { name: "禾禾家居（上海）有限公司".into(), role: PartyRole::Respondent },
        ],
        items,
        environment: vec![
            ("程序版本 Version".into(), "xinju 0.5.0".into()),
            ("程序摘要 SHA-256 of the program".into(), "ab".repeat(32)),
            ("时钟偏差 Clock offset".into(), "最大 12 ms，NTP 同步".into()),
        ],
    }
}

pub(in crate::report) fn text(index: u64, from: Person, text: &str) -> ReportItem {
    let at = Timestamp(1_789_100_000_000 + i64::try_from(index).unwrap() * 61_000);
    let to = if from.side == Side::Staff { li() } else { zhang() };
    ReportItem {
        index,
        conversation: "张伟 与 李𠂇娜".into(),
        kind: "text".into(),
        from: Some(from),
        to: vec![to],
        sent_at: Some(at),
        received_at: Some(at.plus_millis(900)),
        text: text.into(),
        state: ItemState::Shown,
        redacted: Vec::new(),
        renderings: Vec::new(),
        files: vec![file(&format!("data/raw/{index:06}.json"), None)],
        missing: 0,
    }
}

fn file(path: &str, picture: Option<Vec<u8>>) -> ReportFile {
    ReportFile {
        path: path.into(),
        kind: "json".into(),
        size: 1_234_567,
        sha256: [0xd1; 32],
        sm3: Some([0x2e; 32]),
        picture,
    }
}

fn photo() -> Vec<u8> {
    let picture = image::RgbImage::from_fn(640, 480, |x, y| {
        let part = |value: u32| u8::try_from(value % 256).unwrap();
        image::Rgb([part(x / 3), part(y / 2), part((x + y) / 5)])
    });
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Jpeg).unwrap();
    bytes.into_inner()
}

/// Items of every kind, and where a gap is.
pub(super) fn items() -> Vec<ReportItem> {
    let plain = text(41, li(), "你好，我上周订的沙发什么时候能送到？订单号 20260901-778。");
    let long = text(
        42,
        zhang(),
        &"您好！沙发已经从工厂发出，预计本周五（9 月 18 日）上午送到府上，届时会有两位师傅上门安装。".repeat(4),
    );
    let emoji = text(43, li(), "好的 \u{1F600}\u{1F44D}\u{1F3FD}，[微笑]\n第二行：请提前一小时电话联系。");
    let mut image = text(44, li(), "");
    image.kind = "image".into();
    image.files.push(file("data/media/000004-1.jpg", Some(photo())));
    image.files.push(file("data/media/000004-2.jpg", Some(b"broken".to_vec())));
    image.missing = 2;
    let mut recalled = text(45, zhang(), "这个价格不含安装费。");
    recalled.state = ItemState::Recalled { by: Some(6) };
    let mut recall = text(46, zhang(), "");
    recall.kind = "recall".into();
    let mut withheld = text(47, li(), "");
    withheld.redacted =
        vec![Redaction { field: "content".into(), code: RedactionCode::R2, note: "第三人的联系方式".into() }];
    withheld.renderings = vec![Rendering {
        field: "content".into(),
        text: "我先生的电话是 ███████████，你打给他。".into(),
    }];
    withheld.files.clear();
    let mut erased = text(48, li(), "");
    erased.state = ItemState::Erased(RedactionCode::E2);
    erased.files.clear();
    erased.from = None;
    erased.to.clear();
    erased.sent_at = None;
    let mut odd = text(
        49,
        person("", "wbRobot01", Side::Robot),
        "https://example.test/a/very/long/path?with=many&parameters=0123456789012345678901234567890123456789012345678901234567890123456789",
    );
    odd.kind = "hologram".into();
    odd.conversation = "售后群（12 人）".into();
    odd.to = vec![zhang(), li(), person("王芳", "wangfang", Side::Staff), person("", "x1", Side::Staff)];
    let english = text(
        50,
        zhang(),
        "We shall refund RMB 1,280.00 within seven working days, as agreed on the phone; please keep the receipt.",
    );
    vec![plain, long, emoji, image, recalled, recall, withheld, erased, odd, english]
}

pub(super) fn gap() -> ReportGap {
    ReportGap {
        code: "G1".into(),
        conversation: "张伟 与 李𠂇娜".into(),
        from: Some(Timestamp(1_789_103_000_000)),
        to: Some(Timestamp(1_789_110_000_000)),
        note: "采集服务停机维护".into(),
    }
}

/// The whole report in one volume.
pub(super) fn report() -> Volume {
    let items = items();
    let mut report = Report::new(head(u32::try_from(items.len()).unwrap())).unwrap();
    for (place, item) in items.into_iter().enumerate() {
        if place == 6 {
            report.gap(gap());
        }
        assert_eq!(report.item(item).unwrap(), None);
    }
    report.finish().unwrap()
}
