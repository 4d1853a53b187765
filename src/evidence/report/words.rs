//! Words of the report in both languages, and how it writes times, sizes and digests.

use jiff::tz::{Offset, TimeZone};
use xinju_model::case::PartyRole;
use xinju_model::channel::Side;
use xinju_model::time::Timestamp;

use crate::redaction::RedactionCode;

/// What stands where nothing was given.
pub(crate) const NOT_GIVEN: &str = "未提供 not given";

/// Chinese and English names of the kinds of messages, by their stable names.
const KINDS: &[(&str, &str)] = &[
    ("text", "文本 Text"),
    ("image", "图片 Picture"),
    ("voice", "语音 Voice"),
    ("video", "视频 Video"),
    ("emotion", "表情 Sticker"),
    ("file", "文件 File"),
    ("link", "链接 Link"),
    ("mini_program", "小程序 Mini program"),
    ("card", "名片 Business card"),
    ("location", "位置 Location"),
    ("chat_record", "聊天记录 Forwarded messages"),
    ("mixed", "混合消息 Mixed"),
    ("todo", "待办 To-do"),
    ("vote", "投票 Vote"),
    ("collect", "填表 Form"),
    ("red_packet", "红包 Red packet"),
    ("meeting", "会议邀请 Meeting"),
    ("meeting_notification", "会议通知 Meeting notice"),
    ("document", "在线文档 Online document"),
    ("markdown", "格式文本 Markdown"),
    ("news", "图文 News"),
    ("calendar", "日程 Appointment"),
    ("voice_call", "音频存档 Recorded call"),
    ("shared_document", "共享文档 Shared document"),
    ("call", "通话 Call"),
    ("channel_post", "视频号 Channels post"),
    ("disk_file", "微盘文件 Disk file"),
    ("solitaire", "接龙 Chain"),
    ("note", "笔记 Note"),
    ("recall", "撤回 Recall"),
    ("agree", "同意存档 Consent"),
    ("disagree", "不同意存档 Consent refused"),
    ("switch", "切换企业 Switch"),
    ("unknown", "未知类型 Unknown kind"),
];

/// A kind of message in words; the source's own word where it is none of ours.
pub(crate) fn kind(name: &str) -> &str {
    KINDS.iter().find(|(known, _)| *known == name).map_or(name, |(_, words)| words)
}

/// A side in words.
pub(crate) fn side(side: Side) -> &'static str {
    match side {
        Side::Staff => "员工 Staff",
        Side::Customer => "客户 Customer",
        Side::Robot => "机器人 Robot",
    }
}

/// As what somebody takes part in a case, in words.
pub(crate) fn role(role: PartyRole) -> &'static str {
    match role {
        PartyRole::Claimant => "原告或申请人 Claimant",
        PartyRole::Respondent => "被告或被申请人 Respondent",
        PartyRole::ThirdParty => "第三人 Third party",
        PartyRole::Witness => "证人 Witness",
        PartyRole::Other => "其他 Other",
    }
}

/// Why something is not shown.
pub(crate) fn code(code: RedactionCode) -> &'static str {
    match code {
        RedactionCode::R1 => "R1 特权 Privilege",
        RedactionCode::R2 => "R2 他人隐私 Privacy of others",
        RedactionCode::R3 => "R3 国家秘密或商业秘密 Secret",
        RedactionCode::R4 => "R4 与本案无关 Unrelated",
        RedactionCode::E1 => "E1 保存期满 Time over",
        RedactionCode::E2 => "E2 个人请求 Request of the person",
        RedactionCode::E3 => "E3 依命令 Order of an authority",
    }
}

/// Why something is missing.
pub(crate) fn gap(code: &str) -> &str {
    match code {
        "G1" => "G1 采集中断 Outage",
        "G2" => "G2 超出提供方保留期 Provider's time over",
        "G3" => "G3 未获同意 No consent",
        other => other,
    }
}

/// A field of an entry in words.
pub(crate) fn field(name: &str) -> &str {
    match name {
        "content" => "内容 Content",
        "from" => "发送人 Sender",
        "to" => "接收人 Receivers",
        "time" => "时间 Time",
        "conversation" => "会话 Conversation",
        "source" => "来源 Source",
        "original" => "原始文件 Original",
        "refers_to" => "指向的消息 Message referred to",
        other => other,
    }
}

/// A moment in the report's zone: `2026-10-01 09:31:05 +08:00`.
pub(crate) fn moment(at: Timestamp, offset_minutes: i16) -> String {
    format(at, offset_minutes, "%Y-%m-%d %H:%M:%S %:z")
}

/// The day of a moment in the report's zone.
pub(crate) fn day(at: Timestamp, offset_minutes: i16) -> String {
    format(at, offset_minutes, "%Y-%m-%d")
}

/// A moment in a zone, in a form of strftime.
pub(crate) fn format(at: Timestamp, offset_minutes: i16, form: &str) -> String {
    let offset = Offset::from_seconds(i32::from(offset_minutes).saturating_mul(60)).unwrap_or(Offset::UTC);
    match jiff::Timestamp::from_millisecond(at.millis()) {
        Ok(moment) => moment.to_zoned_datetime(TimeZone::fixed(offset)).strftime(form).to_string(),
        // Out of the calendar: what the source said is shown as it is.
        Err(_) => at.to_string(),
    }
}

/// A size in bytes, with thin groups of three digits.
pub(crate) fn bytes(size: u64) -> String {
    let digits = size.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && digits.len().saturating_sub(place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A digest in hexadecimal.
pub(crate) fn hex(digest: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(digest)
}

/// A digest in groups that the eye can compare.
pub(crate) fn grouped_hex(digest: &[u8]) -> String {
    let groups: Vec<String> = digest.chunks(4).map(hex).collect();
    groups.join(" ")
}

#[cfg(test)]
mod tests {
    use xinju_model::message::MessageKind;

    use super::*;

    #[test]
    fn every_kind_of_message_has_words() {
        for known in MessageKind::ALL {
            assert_ne!(kind(known.name()), known.name());
        }
        assert_eq!(kind("hologram"), "hologram");
    }

    #[test]
    fn times_are_written_with_their_offset() {
        let at = Timestamp(1_735_702_814_753);
        assert_eq!(moment(at, 480), "2025-01-01 11:40:14 +08:00");
        assert_eq!(moment(at, -210), "2025-01-01 00:10:14 -03:30");
        assert_eq!(day(at, 0), "2025-01-01");
        assert_eq!(moment(Timestamp(i64::MAX), 480), format!("{}ms", i64::MAX));
    }

    #[test]
    fn sizes_are_grouped() {
        let written: Vec<String> = [0, 999, 1_000, 1_234_567].into_iter().map(bytes).collect();
        assert_eq!(written, ["0", "999", "1,000", "1,234,567"]);
    }
}
