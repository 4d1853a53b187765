//! Pages of lists: what the doors ask for and what they get, in the shape of Relay connections.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use xinju_model::limits::{PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX};
use xinju_model::time::Timestamp;

use crate::error::ServiceError;

/// Characters of a cursor at most: a name of 100 characters and an id fit.
const CURSOR_CHARS_MAX: usize = 1_024;

/// Which part of a list is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageRequest {
    /// At most this many; [`PAGE_SIZE_DEFAULT`] where none is given.
    pub first: Option<usize>,
    /// Only what lies behind this cursor.
    pub after: Option<String>,
}

/// One element of a list and the cursor behind it.
#[derive(Clone, Debug, PartialEq)]
pub struct Edge<T> {
    /// Opaque; good for [`PageRequest::after`].
    pub cursor: String,
    /// The element.
    pub node: T,
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Connection<T> {
    /// The elements of this page in order.
    pub edges: Vec<Edge<T>>,
    /// Whether there is more behind the last.
    pub has_next: bool,
    /// Whether there is something before the first.
    pub has_previous: bool,
    /// Elements of the whole list.
    pub total: u64,
}

impl PageRequest {
    /// The first `first` elements.
    pub fn first(first: usize) -> Self {
        Self { first: Some(first), after: None }
    }

    /// The number of elements wanted, within [`PAGE_SIZE_MAX`].
    pub fn limit(&self) -> Result<usize, ServiceError> {
        page_size(self.first)
    }
}

/// A page size within the limit.
pub(crate) fn page_size(asked: Option<usize>) -> Result<usize, ServiceError> {
    let size = asked.unwrap_or(PAGE_SIZE_DEFAULT);
    if size > PAGE_SIZE_MAX {
        return Err(ServiceError::Limit(format!("a page holds at most {PAGE_SIZE_MAX} items; ask for fewer")));
    }
    Ok(size)
}

impl<T> Connection<T> {
    /// The page behind `after` of a list whose elements fit in memory, where `key` gives the text of an element's cursor.
    pub(crate) fn of_whole(all: Vec<T>, page: &PageRequest, key: impl Fn(&T) -> String) -> Result<Self, ServiceError> {
        let (limit, total) = (page.limit()?, all.len() as u64);
        let start = match &page.after {
            None => 0,
            Some(after) => {
                let wanted = read_cursor(after)?;
                let place = all.iter().position(|node| key(node).as_bytes() == wanted.as_slice());
                place.ok_or_else(bad_cursor)? + 1
            }
        };
        let mut rest = all.into_iter().skip(start).peekable();
        let mut edges = Vec::new();
        while edges.len() < limit
            && let Some(node) = rest.next()
        {
            edges.push(Edge { cursor: write_cursor(key(&node).as_bytes()), node });
        }
        Ok(Self { edges, has_next: rest.peek().is_some(), has_previous: start > 0, total })
    }
}

/// A cursor from the bytes that say where an element stands.
pub(crate) fn write_cursor(place: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(place)
}

/// Reads [`write_cursor`].
pub(crate) fn read_cursor(cursor: &str) -> Result<Vec<u8>, ServiceError> {
    if cursor.len() > CURSOR_CHARS_MAX {
        return Err(bad_cursor());
    }
    URL_SAFE_NO_PAD.decode(cursor).map_err(|_| bad_cursor())
}

/// A cursor of a moment and sixteen bytes of an id.
pub(crate) fn write_moment(at: Timestamp, id: [u8; 16]) -> String {
    let mut bytes = at.millis().to_be_bytes().to_vec();
    bytes.extend_from_slice(&id);
    write_cursor(&bytes)
}

/// Reads [`write_moment`].
pub(crate) fn read_moment(cursor: &str) -> Result<(Timestamp, [u8; 16]), ServiceError> {
    let bytes = read_cursor(cursor)?;
    let (at, id) = bytes.split_first_chunk::<8>().ok_or_else(bad_cursor)?;
    let id = id.try_into().map_err(|_| bad_cursor())?;
    Ok((Timestamp(i64::from_be_bytes(*at)), id))
}

/// The error for a cursor that is none of ours.
pub(crate) fn bad_cursor() -> ServiceError {
    ServiceError::BadInput("not a cursor of this list".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_go_through_a_whole_list() {
        let key = |n: &u32| n.to_string();
        let first = Connection::of_whole(vec![1, 2, 3], &PageRequest::first(2), key).expect("page");
        assert_eq!((first.edges.len(), first.has_next, first.has_previous, first.total), (2, true, false, 3));
        let after = PageRequest { first: Some(2), after: Some(first.edges[1].cursor.clone()) };
        let second = Connection::of_whole(vec![1, 2, 3], &after, key).expect("page");
        assert_eq!((second.edges.len(), second.has_next, second.has_previous), (1, false, true));
        let none = Connection::of_whole(vec![1, 2], &PageRequest::first(0), key).expect("page");
        assert!(none.edges.is_empty() && none.has_next);
    }

    #[test]
    fn bad_requests_are_refused() {
        let strange = PageRequest { first: None, after: Some("***".into()) };
        assert!(Connection::of_whole(vec![1], &strange, |n: &u32| n.to_string()).is_err());
        assert!(PageRequest::first(201).limit().is_err());
        assert!(read_moment("AAAA").is_err());
        assert!(read_cursor(&"A".repeat(CURSOR_CHARS_MAX + 1)).is_err());
    }

    #[test]
    fn moments_read_back() {
        let (at, id) = (Timestamp(-5), [7; 16]);
        assert_eq!(read_moment(&write_moment(at, id)).expect("ours"), (at, id));
    }
}
