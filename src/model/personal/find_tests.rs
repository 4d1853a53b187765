//! What is personal data, and what only looks like it.

use std::time::{Duration, Instant};

use crate::personal::{Masks, PersonalKind};

fn found(text: &str) -> Vec<(PersonalKind, &str)> {
    Masks::all().find(text).into_iter().map(|span| (span.kind, &text[span.start..span.end])).collect()
}

fn is(kind: PersonalKind, text: &str, value: &str) {
    assert_eq!(found(text), [(kind, value)], "{text}");
}

#[test]
fn phones_are_found_as_people_write_them() {
    for (text, value) in [
        ("我的电话13800138000", "13800138000"),
        ("tel:138 0013 8000，微信同号", "138 0013 8000"),
        ("138-0013-8000", "138-0013-8000"),
        ("+86 13800138000", "86 13800138000"),
        ("008613800138000", "008613800138000"),
        ("8613800138000", "8613800138000"),
        ("１９９００１３８０００", "１９９００１３８０００"),
        ("13800\u{200b}138000", "13800\u{200b}138000"),
        ("座机010-62345678转8", "010-62345678"),
        ("(0755) 8654 3210", "0755) 8654 3210"),
        ("075586543210", "075586543210"),
        ("香港 +852 9123 4567", "852 9123 4567"),
        ("tel13800138000", "13800138000"),
    ] {
        is(PersonalKind::Phone, text, value);
    }
    assert_eq!(found("13800138000 13900139000").len(), 2);
    assert_eq!(found("13800138000/13900139000").len(), 2);
}

#[test]
fn what_is_no_phone_is_none() {
    for text in [
        "订单号 2025013108123456",
        "2025-01-31 08:00:00",
        "2025-01-31 08:00-09:30",
        "1990-01-01 123",
        "20250131",
        "1700000000000",
        "192.168.100.200",
        "12345678901",
        "10086",
        "95588",
        "单号SF1380013800012",
        "138001380001",
        "13800138000.5",
        "第1期 3-8 页 共 120 页",
        "房号 1-2-3001",
    ] {
        let phones: Vec<_> = found(text).into_iter().filter(|(kind, _)| *kind == PersonalKind::Phone).collect();
        assert!(phones.is_empty(), "{text}: {phones:?}");
    }
}

#[test]
fn ids_have_a_birthday_and_a_checksum() {
    for (text, value) in [
        ("身份证号11010519491231002X。", "11010519491231002X"),
        ("ID11010519491231002x", "11010519491231002x"),
        ("110105 19491231 002X", "110105 19491231 002X"),
        ("440524188001010014", "440524188001010014"),
        ("４４０５２４１８８００１０１００１４", "４４０５２４１８８００１０１００１４"),
    ] {
        is(PersonalKind::IdNumber, text, value);
    }
    for text in ["110105194912310021", "44052418800101001X", "110105194913310029", "4405241880010100140"] {
        assert!(found(text).iter().all(|(kind, _)| *kind != PersonalKind::IdNumber), "{text}");
    }
}

#[test]
fn cards_have_a_checksum() {
    for (text, value) in [
        ("卡号6222021234567890128", "6222021234567890128"),
        ("6222 0212 3456 7890 128", "6222 0212 3456 7890 128"),
        ("4111-1111-1111-1111", "4111-1111-1111-1111"),
        ("5500000000000004工行", "5500000000000004"),
        ("371449635398431", "371449635398431"),
    ] {
        is(PersonalKind::BankCard, text, value);
    }
    for text in
        ["6222021234567890129", "4111 1111 1111 1112", "20250131081234", "0000000000000000", "62220212345678901281"]
    {
        assert_eq!(found(text), [], "{text}");
    }
}

#[test]
fn addresses_end_where_domains_do() {
    for (text, value) in [
        ("发到 li.lei+x@mail.example.com.cn。", "li.lei+x@mail.example.com.cn"),
        ("邮箱a@b.cn，谢谢", "a@b.cn"),
        ("ｌｉ＠ｅｘａｍｐｌｅ．ｃｏｍ", "ｌｉ＠ｅｘａｍｐｌｅ．ｃｏｍ"),
        ("13800138000@139.com", "13800138000@139.com"),
    ] {
        is(PersonalKind::Email, text, value);
    }
    for text in ["@所有人 请看", "a@b", "@b.com", "a@.com", "@李雷 1.5"] {
        assert_eq!(found(text), [], "{text}");
    }
}

#[test]
fn amounts_have_a_currency() {
    for (text, value) in [
        ("¥1,280.50", "1,280.50"),
        ("￥ 300", "300"),
        ("一共３００元", "３００"),
        ("首付30万元", "30"),
        ("RMB 5000", "5000"),
        ("5000 rmb", "5000"),
        ("200块", "200"),
        ("$99.9", "99.9"),
    ] {
        is(PersonalKind::Amount, text, value);
    }
    for text in ["第3章", "3个", "2025年", "12:30", "1.5"] {
        assert_eq!(found(text), [], "{text}");
    }
}

/// Where a fault would make the work grow with the square of the text, these take minutes.
#[test]
fn long_texts_of_the_worst_sort_take_no_time() {
    let begun = Instant::now();
    for piece in ["1", "1 ", "138 ", "a@", "@", "a.", "1,", "12-", "1.", "元1", "11010519491231002"] {
        let text = piece.repeat(50_000 / piece.len());
        let _ = Masks::all().mask(&text);
    }
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
}
