//! Pages of lists: what the doors ask for and what they get, in the shape of Relay connections.

use xinju_model::limits::{PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX};

use crate::error::ServiceError;

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
