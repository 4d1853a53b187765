//! The closed lists of labels in message bodies. A label is stable for ever: the console has a translation for each, integrators switch on them.

macro_rules! labels {
    ($(#[$list_doc:meta])* $list:ident in $module:ident, $module_doc:literal: $($(#[$doc:meta])* $label:ident = $name:literal,)*) => {
        #[doc = $module_doc]
        pub mod $module {
            $($(#[$doc])* pub const $label: &str = $name;)*
        }
        $(#[$list_doc])*
        pub const $list: &[&str] = &[$($module::$label,)*];
    };
}

labels! {
    /// Every key that a [`crate::message::BodyField`] may have.
    FIELD_KEYS in field, "Keys of labelled facts.":
    /// Something that happened in a call; a choice.
    ACTIVITY = "activity",
    /// A street address.
    ADDRESS = "address",
    /// An amount of money.
    AMOUNT = "amount",
    /// What sort of answer a form's question before it wants; a choice.
    ANSWER_KIND = "answer_kind",
    /// The name of a mini program.
    APP = "app",
    /// The id of a mini program.
    APP_ID = "app_id",
    /// Somebody invited; one field a person.
    ATTENDEE = "attendee",
    /// The id of a call, the same in all messages of that call.
    CALL_ID = "call_id",
    /// The kind of a call; a choice.
    CALL_KIND = "call_kind",
    /// The firm of the person on a business card.
    COMPANY = "company",
    /// How many.
    COUNT = "count",
    /// When a form was made, as the source writes it: local time without a zone.
    CREATED_AT = "created_at",
    /// Who made it.
    CREATOR = "creator",
    /// How long it took, in seconds.
    DURATION = "duration",
    /// When it ends or ended.
    ENDS_AT = "ends_at",
    /// The provider's number for the kind of a channels post; its meanings are not published.
    FEED_KIND = "feed_kind",
    /// Parts that are not shown because there are too many or they lie too deep; the original holds them.
    ITEMS_LEFT_OUT = "items_left_out",
    /// Degrees north.
    LATITUDE = "latitude",
    /// A time as the source writes it: local time without a zone.
    LOCAL_TIME = "local_time",
    /// Degrees east.
    LONGITUDE = "longitude",
    /// What a message about a meeting does; a choice.
    MEETING_ACTION = "meeting_action",
    /// What happened in a meeting; a choice.
    MEETING_EVENT = "meeting_event",
    /// The id of a meeting.
    MEETING_ID = "meeting_id",
    /// What an invited person said to a meeting, or what became of it; a choice.
    MEETING_STATE = "meeting_state",
    /// One of the answers to choose from; one field an option.
    OPTION = "option",
    /// The page of a mini program.
    PAGE = "page",
    /// The channel's id of the person whom it is about.
    PERSON = "person",
    /// Where it takes place.
    PLACE = "place",
    /// Why there is less to see than there should be; a choice.
    PROBLEM = "problem",
    /// A question of a form.
    QUESTION = "question",
    /// How a red packet is shared out; a choice.
    REDPACKET_KIND = "redpacket_kind",
    /// Remarks to an appointment or meeting.
    REMARKS = "remarks",
    /// The name of a group.
    ROOM = "room",
    /// What a message about a chain of entries does; a choice.
    SOLITAIRE_ACTION = "solitaire_action",
    /// When it starts or started.
    STARTS_AT = "starts_at",
    /// When it was decided.
    TIME = "time",
    /// What a message about a vote does; a choice.
    VOTE_ACTION = "vote_action",
    /// The id of a vote, the same in all messages about it.
    VOTE_ID = "vote_id",
}

labels! {
    /// Every key that a [`crate::message::FieldValue::Choice`] may have.
    CHOICE_KEYS in choice, "Keys of closed choices.":
    /// A form's question wants a date.
    ANSWER_DATE = "answer_date",
    /// A form's question wants a number.
    ANSWER_NUMBER = "answer_number",
    /// A form's question wants words.
    ANSWER_TEXT = "answer_text",
    /// A form's question wants a time of day.
    ANSWER_TIME = "answer_time",
    /// A call with pictures among several.
    CALL_VIDEO_GROUP = "call_video_group",
    /// A call with pictures between two.
    CALL_VIDEO_SINGLE = "call_video_single",
    /// A call among several.
    CALL_VOICE_GROUP = "call_voice_group",
    /// A call between two.
    CALL_VOICE_SINGLE = "call_voice_single",
    /// The invited person comes.
    MEETING_ACCEPTED = "meeting_accepted",
    /// Somebody answered an invitation.
    MEETING_ANSWERED = "meeting_answered",
    /// The meeting was called off.
    MEETING_CANCELLED = "meeting_cancelled",
    /// The invited person does not come.
    MEETING_DECLINED = "meeting_declined",
    /// The meeting is over.
    MEETING_ENDED = "meeting_ended",
    /// The invitation lapsed.
    MEETING_EXPIRED = "meeting_expired",
    /// Somebody joined the meeting.
    MEETING_JOINED = "meeting_joined",
    /// The person is no longer in the group that was invited.
    MEETING_NOT_IN_ROOM = "meeting_not_in_room",
    /// The person was not invited.
    MEETING_NOT_INVITED = "meeting_not_invited",
    /// Somebody called a meeting.
    MEETING_STARTED = "meeting_started",
    /// The invited person may come.
    MEETING_TENTATIVE = "meeting_tentative",
    /// The message is of a known kind but has no content.
    NO_CONTENT = "no_content",
    /// A red packet as a reward.
    REDPACKET_INCENTIVE = "redpacket_incentive",
    /// A red packet of random shares.
    REDPACKET_LUCKY = "redpacket_lucky",
    /// A red packet of equal shares.
    REDPACKET_ORDINARY = "redpacket_ordinary",
    /// Somebody showed their screen.
    SCREEN_SHARED = "screen_shared",
    /// Somebody added to a chain.
    SOLITAIRE_JOINED = "solitaire_joined",
    /// Somebody started a chain.
    SOLITAIRE_STARTED = "solitaire_started",
    /// The original cannot be read as a message; it is archived as it came.
    UNREADABLE = "unreadable",
    /// Somebody voted.
    VOTE_JOINED = "vote_joined",
    /// Somebody called a vote.
    VOTE_STARTED = "vote_started",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_sorted_distinct_and_plain() {
        for list in [FIELD_KEYS, CHOICE_KEYS] {
            assert!(list.is_sorted_by(|a, b| a < b), "{list:?}");
            for label in list {
                assert!(label.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{label}");
            }
        }
    }
}
