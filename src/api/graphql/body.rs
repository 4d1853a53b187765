//! What a message says, ready to be drawn.

use async_graphql::{Enum, Object, SimpleObject};
use xinju_model::id::EntryIndex;
use xinju_model::message::{self, FieldValue};
use xinju_service::media::FileState;
use xinju_service::message::MessageView;

use crate::graphql::media::{AttachmentFile, AttachmentState};
use crate::graphql::personal::{MaskedValue, masked};
use crate::graphql::scalars::{DateTime, Long};

/// The kinds of messages and their parts.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_model::message::MessageKind")]
pub(crate) enum MessageKind {
    /// Words.
    Text,
    /// A picture.
    Image,
    /// A spoken message.
    Voice,
    /// A film.
    Video,
    /// A sticker.
    Emotion,
    /// A file.
    File,
    /// A link with title and description.
    Link,
    /// A mini program.
    MiniProgram,
    /// Somebody's business card.
    Card,
    /// A place.
    Location,
    /// Forwarded messages.
    ChatRecord,
    /// Several parts in one message.
    Mixed,
    /// A to-do.
    Todo,
    /// A vote.
    Vote,
    /// A form to fill in.
    Collect,
    /// A red packet.
    RedPacket,
    /// A meeting.
    Meeting,
    /// News of a meeting.
    MeetingNotification,
    /// An online document.
    Document,
    /// Formatted text of a robot.
    Markdown,
    /// Articles of a robot.
    News,
    /// An appointment.
    Calendar,
    /// A recorded meeting or call.
    VoiceCall,
    /// A document shared in a call.
    SharedDocument,
    /// A call: how long and of what kind.
    Call,
    /// A channels (视频号) post.
    ChannelPost,
    /// A file of the company's disk.
    DiskFile,
    /// A chain (接龙) of entries.
    Solitaire,
    /// A note.
    Note,
    /// The recall of an earlier message.
    Recall,
    /// Consent to archiving given.
    Agree,
    /// Consent to archiving refused.
    Disagree,
    /// A member of staff switched corporations.
    Switch,
    /// A kind that this version does not know; shown as it came.
    Unknown,
}

/// How to read a labelled fact.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FieldForm {
    /// Words, in `text`.
    Text,
    /// A plain number, in `number`.
    Number,
    /// A length of time in seconds, in `number`.
    Seconds,
    /// A moment, in `time`.
    Time,
    /// Money in the smallest unit (分), in `number`.
    Money,
    /// A size in bytes, in `number`.
    Bytes,
    /// One of a closed list of stable keys, in `text`.
    Choice,
}

/// A labelled fact.
#[derive(SimpleObject)]
pub(crate) struct BodyField {
    /// Stable key, such as duration or amount; the console translates it.
    key: &'static str,
    /// How to read the value, and which of the others holds it.
    form: FieldForm,
    /// Null unless `form` says so.
    text: Option<String>,
    /// Null unless `form` says so.
    number: Option<Long>,
    /// Null unless `form` says so.
    time: Option<DateTime>,
}

impl From<&message::BodyField> for BodyField {
    fn from(field: &message::BodyField) -> Self {
        let (mut text, mut number, mut time) = (None, None, None);
        let form = match &field.value {
            FieldValue::Text(words) => {
                text = Some(words.clone());
                FieldForm::Text
            }
            FieldValue::Choice(name) => {
                text = Some((*name).to_owned());
                FieldForm::Choice
            }
            FieldValue::Number(value) => {
                number = Some(Long::from(*value));
                FieldForm::Number
            }
            FieldValue::Seconds(value) => {
                number = Some(Long::from(*value));
                FieldForm::Seconds
            }
            FieldValue::Money(value) => {
                number = Some(Long::from(*value));
                FieldForm::Money
            }
            FieldValue::Bytes(value) => {
                number = Some(Long::from(*value));
                FieldForm::Bytes
            }
            FieldValue::Time(moment) => {
                time = Some(DateTime(*moment));
                FieldForm::Time
            }
        };
        Self { key: field.key, form, text, number, time }
    }
}

/// A file that belongs to a message. What the source does not tell is null.
#[derive(SimpleObject)]
pub(crate) struct Attachment {
    /// What sort of file it is: image, voice, video, emotion, file or document.
    kind: MessageKind,
    name: Option<String>,
    /// In bytes.
    size: Option<Long>,
    /// MD5 as the source states it, lower-case hexadecimal; may be empty or wrong.
    md5: Option<String>,
    /// How long it plays.
    seconds: Option<i32>,
    /// In pixels.
    width: Option<i32>,
    /// In pixels.
    height: Option<i32>,
    /// What the archive has of it.
    state: AttachmentState,
    /// Its bytes; null unless `state` is `ARRIVED`.
    file: Option<AttachmentFile>,
}

/// Gives each file of a message its place among all of them, in reading order.
struct Places<'a> {
    message: EntryIndex,
    states: std::iter::Enumerate<std::slice::Iter<'a, FileState>>,
}

impl<'a> Places<'a> {
    fn of(view: &'a MessageView) -> Self {
        Self { message: view.index, states: view.files.iter().enumerate() }
    }

    fn attachments(&mut self, all: &[message::Attachment]) -> Vec<Attachment> {
        all.iter().map(|attachment| self.attachment(attachment)).collect()
    }

    fn attachment(&mut self, attachment: &message::Attachment) -> Attachment {
        let pixels = |number: u32| i32::try_from(number).ok();
        let (place, state) = self.states.next().unwrap_or((0, &FileState::Unnamed));
        Attachment {
            state: state.into(),
            file: AttachmentFile::of(self.message, place, state),
            kind: attachment.kind.into(),
            name: attachment.name.clone(),
            size: attachment.size.map(Long::from),
            md5: attachment.md5.clone(),
            seconds: attachment.seconds.and_then(|seconds| i32::try_from(seconds).ok()),
            width: attachment.pixels.and_then(|(width, _)| pixels(width)),
            height: attachment.pixels.and_then(|(_, height)| pixels(height)),
        }
    }
}

/// A part of a forwarded, mixed, news or note message.
#[derive(SimpleObject)]
pub(crate) struct BodyItem {
    /// How deep it lies, from 0.
    depth: i32,
    kind: MessageKind,
    /// Who said it; null where the source does not tell.
    from: Option<String>,
    /// When it was said; null where the source does not tell.
    sent_at: Option<DateTime>,
    /// The main line; empty where there is none.
    title: String,
    text: String,
    /// Shown as text; nothing is ever fetched from it. Null where there is none.
    url: Option<String>,
    fields: Vec<BodyField>,
    attachments: Vec<Attachment>,
}

/// Parts of all depths in reading order.
fn unfold(items: &[message::BodyItem], depth: i32, places: &mut Places<'_>, into: &mut Vec<BodyItem>) {
    for item in items {
        into.push(BodyItem {
            depth,
            kind: item.kind.into(),
            from: item.from.clone(),
            sent_at: item.sent_at.map(DateTime),
            title: item.body.title.clone(),
            text: item.body.text.clone(),
            url: item.body.url.clone(),
            fields: item.body.fields.iter().map(Into::into).collect(),
            attachments: places.attachments(&item.body.attachments),
        });
        unfold(&item.body.items, depth.saturating_add(1), places, into);
    }
}

/// What a message says, ready to be drawn.
pub(crate) struct Body<'a>(pub(crate) &'a MessageView);

impl Body<'_> {
    fn body(&self) -> &message::Body {
        &self.0.message.body
    }
}

/// What a message says, ready to be drawn.
#[Object]
impl Body<'_> {
    /// The main line: title, topic or name; empty where there is none.
    async fn title(&self) -> &str {
        &self.body().title
    }
    /// The words, with line feeds.
    async fn text(&self) -> &str {
        &self.body().text
    }
    /// Shown as text; nothing is ever fetched from it. Null where there is none.
    async fn url(&self) -> Option<&str> {
        self.body().url.as_deref()
    }
    /// Labelled facts in the order of the source.
    async fn fields(&self) -> Vec<BodyField> {
        self.body().fields.iter().map(Into::into).collect()
    }
    async fn attachments(&self) -> Vec<Attachment> {
        Places::of(self.0).attachments(&self.body().attachments)
    }
    /// Parts of forwarded, mixed, news and note messages, all depths in reading order; `depth` says how deep each lies.
    async fn items(&self) -> Vec<BodyItem> {
        let (mut places, mut items) = (Places::of(self.0), Vec::new());
        // Those of the whole come first.
        places.attachments(&self.body().attachments);
        unfold(&self.body().items, 0, &mut places, &mut items);
        items
    }
    /// What this message quotes; null where it quotes nothing.
    async fn quote(&self) -> Option<&str> {
        self.body().quote.as_deref()
    }
    /// What of all these texts is masked for you, in reading order.
    async fn masked(&self) -> Vec<MaskedValue> {
        masked(&self.0.masked)
    }
}
