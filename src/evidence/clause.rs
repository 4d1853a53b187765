//! A model clause by which parties agree beforehand how electronic data are kept and checked (《最高人民法院关于民事诉讼证据的
//! 若干规定》第九十四条第一款第(五)项), with its annex of live fingerprints.
//!
//! It is a draft for lawyers. In terms that a consumer only accepts it has to be made conspicuous (民法典第四百九十六条).

use std::fmt::Write as _;
use std::sync::Arc;

use xinju_model::time::Timestamp;

use crate::error::EvidenceError;
use crate::layout::book::{Book, Imprint, Section};
use crate::layout::colour::{RED, SOFT};
use crate::layout::face::{Faces, Style};
use crate::layout::paper::Paper;
use crate::layout::pdf;
use crate::layout::table::{Column, Table};
use crate::report::{SealFacts, cover, signatures, words};

/// What the annex fixes.
#[derive(Clone, Debug)]
pub struct ClauseFacts {
    /// The party that runs the archive.
    pub organisation: String,
    /// The log's name.
    pub log_origin: String,
    /// SHA-256 of the log's public key (DER).
    pub log_key_sha256: [u8; 32],
    /// Keys that seal packages.
    pub seals: Vec<SealFacts>,
    /// Timestamp authorities: the name and SHA-256 of the root certificate (DER).
    pub authorities: Vec<(String, [u8; 32])>,
    /// The day of the annex.
    pub at: Timestamp,
    /// The zone in which that day is meant, in minutes east of UTC.
    pub offset_minutes: i16,
}

/// A language of the clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClauseLanguage {
    /// Chinese, the text that counts.
    Chinese,
    /// English, for readers.
    English,
}

const TITLE_ZH: &str = "电子数据保存与验证约定（示范条款）";
const TITLE_EN: &str = "Agreement on keeping and verifying electronic data (model clause)";
const DRAFT_ZH: &str = "示范文本，须由律师审定后使用；用于向消费者提供的格式条款时，须以足以引起注意的方式提示。";
const DRAFT_EN: &str =
    "A model text. Let a lawyer settle it before use; in standard terms for consumers it must be made conspicuous.";

const CLAUSES_ZH: &[&str] = &[
    "双方确认：就本合同项下通过企业微信、电话、电子邮件形成的沟通，由甲方部署的存档系统自动采集，并以附件所列公钥或证书指纹、哈希、时间戳与验证方法保存、传输、提取的电子数据，属于《最高人民法院关于民事诉讼证据的若干规定》第九十四条第一款第（五）项所称以当事人约定的方式保存、传输、提取的电子数据；任一方可按附件方法独立验证，有足以反驳的相反证据的除外。",
    "甲方已告知乙方沟通内容将被存档、存档的目的、方式与保存期限；存档所涉个人信息的处理依照法律另行取得同意或具备其他合法性基础。",
    "公钥或证书更换时，甲方应在更换前以书面或双方约定的电子方式将新的指纹通知乙方；通知前以旧密钥签署的数据不受影响。",
    "本约定不排除任何一方对电子数据在进入存档系统之前的真实性、对存档的完整性提出异议并举证的权利。",
];
const CLAUSES_EN: &[&str] = &[
    "The parties confirm: data of communications under this contract by WeCom, telephone and e-mail which the archive run by Party A collects by itself, and which are kept, transmitted and extracted with the fingerprints of keys or certificates, the digests, the timestamps and the method of verification in the annex, are electronic data kept, transmitted and extracted in a manner agreed by the parties within the meaning of article 94 (1) no. 5 of the Provisions of the Supreme People's Court on Evidence in Civil Proceedings. Either party may verify them by the method of the annex. Contrary evidence that suffices to rebut them stays open.",
    "Party A has told Party B that communications are archived, for what purpose, in what manner and for how long. Personal information is handled on consent or another lawful basis, which this clause does not replace.",
    "Before a key or certificate is replaced, Party A notifies Party B of the new fingerprint in writing or by the electronic means agreed. Data signed with the old key before the notice are not affected.",
    "This agreement takes from neither party the right to dispute, and to prove, that data were true before they reached the archive or that the archive is complete.",
];
const METHOD_ZH: &str = "验证方法：以 SHA-256 逐一核对清单（BagIt 1.0，RFC 8493）；以 openssl 3.0 以上核验印章（CMS，或 SM2/SM3）与时间戳（RFC 3161）；以包内所附或任何第三方的程序核验树头签名（C2SP signed-note，Ed25519）、包含证明与一致性证明（RFC 6962）、字段披露（RFC 9901）。命令见证据包内《验证说明.txt》。";
const METHOD_EN: &str = "Method of verification: the manifests with SHA-256 (BagIt 1.0, RFC 8493); the seal (CMS, or SM2 with SM3) and the timestamps (RFC 3161) with openssl 3.0 or newer; signatures of tree heads (C2SP signed-note, Ed25519), proofs of inclusion and consistency (RFC 6962) and disclosures (RFC 9901) with the program in the package or any other. The commands are in VERIFY.txt of each package.";
const SELF_SIGNED_ZH: &str = "自签证书";
const SELF_SIGNED_EN: &str = "self-signed";

/// The clause with its annex as plain text, lines of any length.
pub fn text(facts: &ClauseFacts, language: ClauseLanguage) -> String {
    let (title, draft, clauses, annex, method, self_signed) = match language {
        ClauseLanguage::Chinese => (TITLE_ZH, DRAFT_ZH, CLAUSES_ZH, "附件：指纹与验证方法", METHOD_ZH, SELF_SIGNED_ZH),
        ClauseLanguage::English => (
            TITLE_EN,
            DRAFT_EN,
            CLAUSES_EN,
            "Annex: fingerprints and method of verification",
            METHOD_EN,
            SELF_SIGNED_EN,
        ),
    };
    let mut text = format!("{title}\n\n{draft}\n\n");
    for (place, clause) in clauses.iter().enumerate() {
        let _ = write!(text, "{}. {clause}\n\n", place.saturating_add(1));
    }
    let _ = write!(text, "{annex}\n\n");
    for (name, print) in prints(facts, self_signed) {
        let _ = writeln!(text, "- {name}\n  SHA-256 {print}");
    }
    let _ = write!(text, "\n{method}\n\n{}\n{}\n", facts.organisation, words::day(facts.at, facts.offset_minutes));
    text
}

/// The clause in both languages, its annex and room for signatures, as PDF/A-3u.
pub fn pdf(facts: &ClauseFacts) -> Result<Vec<u8>, EvidenceError> {
    let faces = Arc::new(Faces::new()?);
    let imprint = Imprint {
        title: TITLE_ZH.to_owned(),
        author: facts.organisation.clone(),
        foot: format!("{}   {}", facts.organisation, words::day(facts.at, facts.offset_minutes)),
        at: facts.at,
        cover: false,
    };
    let sections = vec![clauses(&faces), annex(&faces, facts), signing(&faces)];
    pdf::write(&faces, Book::new(&faces, imprint, sections))
}

/// What is compared, by name.
fn prints(facts: &ClauseFacts, self_signed: &str) -> Vec<(String, String)> {
    let mut prints = vec![(format!("{} (Ed25519)", facts.log_origin), words::hex(&facts.log_key_sha256))];
    for seal in &facts.seals {
        let note = if seal.self_signed { format!(", {self_signed}") } else { String::new() };
        prints.push((format!("{} ({}{note})", seal.subject, seal.label), words::hex(&seal.sha256)));
    }
    prints.extend(facts.authorities.iter().map(|(name, digest)| (format!("{name} (RFC 3161)"), words::hex(digest))));
    prints
}

fn clauses(faces: &Arc<Faces>) -> Section {
    let mut paper = Paper::new(Arc::clone(faces));
    cover::heading(&mut paper, TITLE_ZH, "Model clause");
    paper.paragraph(Style::sans(8.5).of(RED).leading(13.5), DRAFT_ZH);
    paper.paragraph(Style::sans(7.8).of(SOFT).leading(12.0), DRAFT_EN);
    paper.space(12.0);
    for (place, (chinese, english)) in CLAUSES_ZH.iter().zip(CLAUSES_EN).enumerate() {
        let number = place.saturating_add(1);
        paper.paragraph(Style::sans(10.0).leading(17.0), &format!("{number}. {chinese}"));
        paper.paragraph(Style::sans(8.4).of(SOFT).leading(13.0), &format!("{number}. {english}"));
        paper.space(12.0);
    }
    Section::new("示范条款 Model clause", paper)
}

const COLUMNS: &[Column] =
    &[Column { width: 205.0, head: "密钥或证书\nKey or certificate" }, Column { width: 290.28, head: "SHA-256" }];

fn annex(faces: &Arc<Faces>, facts: &ClauseFacts) -> Section {
    let mut paper = Paper::new(Arc::clone(faces));
    cover::heading(&mut paper, "附件：指纹与验证方法", "Annex: fingerprints and method of verification");
    let (plain, print) = (Style::sans(9.0).leading(13.5), Style::mono(7.2).leading(13.5));
    let mut table = Table::new(&mut paper, COLUMNS);
    for (name, digest) in prints(facts, &format!("{SELF_SIGNED_ZH} {SELF_SIGNED_EN}")) {
        table.row(&[vec![(plain, name)], vec![(print, digest)]]);
    }
    paper.space(14.0);
    paper.paragraph(Style::sans(9.5).leading(16.0), METHOD_ZH);
    paper.paragraph(Style::sans(8.2).of(SOFT).leading(12.5), METHOD_EN);
    Section::new("附件 Annex", paper)
}

fn signing(faces: &Arc<Faces>) -> Section {
    let mut paper = Paper::new(Arc::clone(faces));
    cover::heading(&mut paper, "签署", "Signatures");
    signatures::blocks(&mut paper, &[("甲方", "Party A"), ("乙方", "Party B")]);
    Section::new("签署 Signatures", paper)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> ClauseFacts {
        ClauseFacts {
            organisation: "禾禾家居（上海）有限公司".into(),
            log_origin: "archive.hehe.example/xinju".into(),
            log_key_sha256: [0xa1; 32],
            seals: vec![SealFacts {
                label: "CMS".into(),
                subject: "CN=禾禾家居（上海）有限公司".into(),
                issuer: String::new(),
                sha256: [0xb2; 32],
                self_signed: true,
            }],
            authorities: vec![("某时间戳机构".into(), [0xc3; 32])],
            at: Timestamp(1_790_000_000_000),
            offset_minutes: 480,
        }
    }

    #[test]
    fn both_languages_name_every_fingerprint() {
        for language in [ClauseLanguage::Chinese, ClauseLanguage::English] {
            let said = text(&facts(), language);
            for digest in ["a1", "b2", "c3"] {
                assert!(said.contains(&digest.repeat(32)), "{said}");
            }
            assert!(said.ends_with("2026-09-21\n"), "{said}");
        }
        assert!(text(&facts(), ClauseLanguage::Chinese).contains("第九十四条第一款第（五）项"));
    }

    #[test]
    fn the_same_facts_print_the_same_paper() {
        let paper = pdf(&facts()).unwrap();
        assert!(paper.starts_with(b"%PDF-1.7"));
        assert!(paper == pdf(&facts()).unwrap(), "two runs differ");
    }

    #[test]
    fn other_readers_find_the_words_of_the_paper() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("clause.pdf"), pdf(&facts()).unwrap()).unwrap();
        let said = std::process::Command::new("pdftotext")
            .args(["-raw", "clause.pdf", "-"])
            .current_dir(folder.path())
            .output()
            .unwrap();
        let said: String = String::from_utf8(said.stdout).unwrap().split_whitespace().collect();
        for words in ["以当事人约定的方式保存、传输、提取的电子数据", "自签证书", &"c3".repeat(32), "PartyB"]
        {
            assert!(said.contains(words), "{words}");
        }
    }
}
