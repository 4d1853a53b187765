//! Messages: records of a conversation, normalised for people. Derived from originals and never stored as the truth.

use crate::channel::Party;
use crate::time::Timestamp;

pub mod keys;

/// What people see of one original.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Who sent it; none where the original does not say.
    pub from: Option<Party>,
    /// Who received it, in the order given.
    pub to: Vec<Party>,
    /// When it was sent by the provider's clock; none where the provider says 0 or nothing.
    pub sent_at: Option<Timestamp>,
    /// What sort of message it is, for filters and icons.
    pub kind: MessageKind,
    /// The source's own word for its kind, shown where we know no better.
    pub source_kind: String,
    /// What it says.
    pub body: Body,
}

macro_rules! message_kinds {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// The kinds of messages. Names are stable: filters and integrators use them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum MessageKind { $($(#[$doc])* $variant,)* }
        impl MessageKind {
            /// All kinds, in the order of their declaration.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];
            /// The stable name.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
            /// Reads [`MessageKind::name`].
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

message_kinds! {
    /// Words.
    Text = "text",
    /// A picture.
    Image = "image",
    /// A spoken message.
    Voice = "voice",
    /// A film.
    Video = "video",
    /// A sticker.
    Emotion = "emotion",
    /// A file.
    File = "file",
    /// A link with title and description.
    Link = "link",
    /// A mini program.
    MiniProgram = "mini_program",
    /// Somebody's business card.
    Card = "card",
    /// A place.
    Location = "location",
    /// Forwarded messages.
    ChatRecord = "chat_record",
    /// Several parts in one message.
    Mixed = "mixed",
    /// A to-do.
    Todo = "todo",
    /// A vote.
    Vote = "vote",
    /// A form to fill in.
    Collect = "collect",
    /// A red packet.
    RedPacket = "red_packet",
    /// A meeting.
    Meeting = "meeting",
    /// News of a meeting.
    MeetingNotification = "meeting_notification",
    /// An online document.
    Document = "document",
    /// Formatted text of a robot.
    Markdown = "markdown",
    /// Articles of a robot.
    News = "news",
    /// An appointment.
    Calendar = "calendar",
    /// A recorded meeting or call.
    VoiceCall = "voice_call",
    /// A document shared in a call.
    SharedDocument = "shared_document",
    /// A call: how long and of what kind.
    Call = "call",
    /// A channels (视频号) post.
    ChannelPost = "channel_post",
    /// A file of the company's disk.
    DiskFile = "disk_file",
    /// A chain (接龙) of entries.
    Solitaire = "solitaire",
    /// A note.
    Note = "note",
    /// The recall of an earlier message.
    Recall = "recall",
    /// Consent to archiving given.
    Agree = "agree",
    /// Consent to archiving refused.
    Disagree = "disagree",
    /// A member of staff switched corporations.
    Switch = "switch",
    /// A kind that this version does not know; shown as it came.
    Unknown = "unknown",
}

/// The readable content of a message. Rendered by the console; [`Message::text`] flattens it for search and lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Body {
    /// The main line: title, topic or name; empty where there is none.
    pub title: String,
    /// The words, with line feeds; emoji stay literals such as `[微笑]`.
    pub text: String,
    /// A link that belongs to it. Shown as text, never fetched.
    pub url: Option<String>,
    /// Labelled facts in the order of the source: duration, amount, address, choices ...
    pub fields: Vec<BodyField>,
    /// Files, pictures, voices and films that belong to it.
    pub attachments: Vec<Attachment>,
    /// Parts of forwarded, mixed, news and note messages.
    pub items: Vec<BodyItem>,
    /// The message that this one answers, where WeCom inlined its words in the text; not part of `text`.
    pub quote: Option<String>,
    /// The source id of the message that this one recalls.
    pub recalls: Option<String>,
}

/// A labelled fact. The label is a stable key that the console translates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BodyField {
    /// Stable key, one of [`keys::FIELD_KEYS`].
    pub key: &'static str,
    /// The value.
    pub value: FieldValue,
}

/// The value of a labelled fact, typed so that the console can format it for its reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldValue {
    /// Words.
    Text(String),
    /// A plain number.
    Number(i64),
    /// A length of time in seconds.
    Seconds(i64),
    /// A moment.
    Time(Timestamp),
    /// Money in the smallest unit (分).
    Money(i64),
    /// A size in bytes.
    Bytes(u64),
    /// One of [`keys::CHOICE_KEYS`].
    Choice(&'static str),
}

/// A file that belongs to a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// What sort of file it is: image, voice, video, emotion or file.
    pub kind: MessageKind,
    /// Its name, where the source gives one.
    pub name: Option<String>,
    /// Its size in bytes, where the source gives one.
    pub size: Option<u64>,
    /// MD5 as the source states it, lower-case hexadecimal; may be empty or wrong.
    pub md5: Option<String>,
    /// How long it plays, in seconds.
    pub seconds: Option<u64>,
    /// Width and height in pixels.
    pub pixels: Option<(u32, u32)>,
}

/// A part of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BodyItem {
    /// What sort of part it is.
    pub kind: MessageKind,
    /// Who said it, where the source tells.
    pub from: Option<String>,
    /// When it was said.
    pub sent_at: Option<Timestamp>,
    /// What it says.
    pub body: Body,
}

impl Message {
    /// All words of the message in one string, for search, lists and plain output: title, text, what it quotes, field texts, file names and parts, a line each.
    pub fn text(&self) -> String {
        let mut lines = Vec::new();
        self.body.lines(&mut lines);
        lines.join("\n")
    }

    /// Whether it or any part of it has a file.
    pub fn has_attachment(&self) -> bool {
        self.body.has_attachment()
    }
}

impl Body {
    fn lines<'a>(&'a self, lines: &mut Vec<&'a str>) {
        let mut push = |line: &'a str| {
            if !line.is_empty() {
                lines.push(line);
            }
        };
        push(&self.title);
        push(&self.text);
        self.quote.iter().for_each(|quote| push(quote));
        self.url.iter().for_each(|url| push(url));
        for field in &self.fields {
            if let FieldValue::Text(text) = &field.value {
                push(text);
            }
        }
        for attachment in &self.attachments {
            attachment.name.iter().for_each(|name| push(name));
        }
        for item in &self.items {
            if let Some(from) = &item.from {
                lines.push(from);
            }
            item.body.lines(lines);
        }
    }

    fn has_attachment(&self) -> bool {
        !self.attachments.is_empty() || self.items.iter().any(|item| item.body.has_attachment())
    }
}
