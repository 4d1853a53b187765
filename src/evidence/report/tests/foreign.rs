//! Tools of other people read the report: qpdf, poppler.

use std::path::Path;
use std::process::Command;

use super::sample::report;

fn said(folder: &Path, command: &str) -> String {
    let output =
        Command::new("sh").args(["-c", command]).current_dir(folder).env("LC_ALL", "C.UTF-8").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command}: {said}");
    said
}

#[test]
fn other_readers_find_every_word() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("report.pdf"), report().bytes).unwrap();
    let checked = said(folder.path(), "qpdf --check report.pdf");
    assert!(checked.contains("No syntax or stream encoding errors found"), "{checked}");
    let text = said(folder.path(), "pdftotext -layout report.pdf -");
    let text: String = text.chars().filter(|character| !character.is_whitespace()).collect();
    for words in [
        "王某诉禾禾家居有限公司买卖合同纠纷",
        "李𠂇娜",
        "订单号20260901-778",
        "好的〔U+1F600〕〔U+1F44D〕〔U+1F3FD〕，[微笑]",
        "已撤回Recalled",
        "见编号000006",
        "已遮蔽Withheld",
        "R2他人隐私",
        "我先生的电话是███████████",
        "已删除Erased",
        "G1采集中断",
        "hologram",
        "0123456789012345678901234567890123456789012345678901234567890123456789",
        "自签证书",
        "不能证明的事项",
        "第1/",
        "未到达存档系统的文件Filesthathadnotreachedthearchive:2",
        "EVID-HEHE-20260921-0007",
    ] {
        assert!(text.contains(words), "{words} is not in the text of the report");
    }
    assert!(text.contains(&"d1".repeat(32)) && text.contains(&"2e".repeat(32)), "digests are whole");
}

#[test]
fn every_typeface_is_inside_with_its_code_points() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("report.pdf"), report().bytes).unwrap();
    let fonts = said(folder.path(), "pdffonts report.pdf");
    let rows: Vec<Vec<&str>> = fonts.lines().skip(2).map(|line| line.split_whitespace().rev().collect()).collect();
    assert!(rows.len() >= 2, "{fonts}");
    for row in rows {
        // From the right: object, uni, sub, emb.
        assert_eq!(row[2..5], ["yes", "yes", "yes"], "{fonts}");
    }
    let claim = said(folder.path(), "pdfinfo -meta report.pdf");
    assert!(claim.contains("<pdfaid:part>3</pdfaid:part><pdfaid:conformance>U</pdfaid:conformance>"), "{claim}");
}
