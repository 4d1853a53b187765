//! Pages of lists, in the shape of Relay connections: one helper for all.

use std::borrow::Cow;

use async_graphql::{Object, OutputType, Result, SimpleObject, TypeName};
use xinju_model::limits::PAGE_SIZE_DEFAULT;
use xinju_service::page::{Connection, Edge, PageRequest};

use crate::graphql::error::bad_input;
use crate::graphql::scalars::Long;

/// Where a page lies in its list.
#[derive(SimpleObject, Clone)]
pub(crate) struct PageInfo {
    /// Whether there is more behind the last.
    pub(crate) has_next_page: bool,
    /// Whether there is something before the first.
    pub(crate) has_previous_page: bool,
    /// The cursor of the first; null on an empty page.
    pub(crate) start_cursor: Option<String>,
    /// The cursor of the last; null on an empty page.
    pub(crate) end_cursor: Option<String>,
}

impl PageInfo {
    /// For a page of these edges.
    pub(crate) fn new(has_previous_page: bool, has_next_page: bool, mut cursors: impl Iterator<Item = String>) -> Self {
        let start_cursor = cursors.next();
        let end_cursor = cursors.last().or_else(|| start_cursor.clone());
        Self { has_next_page, has_previous_page, start_cursor, end_cursor }
    }
}

/// One page of a list.
pub(crate) struct Page<T> {
    edges: Vec<PageEdge<T>>,
    info: PageInfo,
    total: u64,
}

/// One element of a list.
pub(crate) struct PageEdge<T> {
    pub(crate) cursor: String,
    pub(crate) node: T,
}

impl<T: OutputType> TypeName for Page<T> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Connection", T::type_name()).into()
    }
}

impl<T: OutputType> TypeName for PageEdge<T> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Edge", T::type_name()).into()
    }
}

/// One page of a list.
#[Object(name_type)]
impl<T: OutputType> Page<T> {
    /// The elements with their cursors.
    async fn edges(&self) -> &[PageEdge<T>] {
        &self.edges
    }
    /// The elements.
    async fn nodes(&self) -> Vec<&T> {
        self.edges.iter().map(|edge| &edge.node).collect()
    }
    async fn page_info(&self) -> &PageInfo {
        &self.info
    }
    /// Elements of the whole list.
    async fn total_count(&self) -> Long {
        self.total.into()
    }
}

/// One element of a list.
#[Object(name_type)]
impl<T: OutputType> PageEdge<T> {
    /// Opaque; good for `after`.
    async fn cursor(&self) -> &str {
        &self.cursor
    }
    async fn node(&self) -> &T {
        &self.node
    }
}

impl<T> PageEdge<T> {
    /// An element of the service's in the schema's type.
    pub(crate) fn new<From>(edge: Edge<From>, wrap: impl FnOnce(From) -> T) -> Self {
        Self { cursor: edge.cursor, node: wrap(edge.node) }
    }
}

impl<T> Page<T> {
    /// A page of the service's in the schema's type.
    pub(crate) fn new<From>(found: Connection<From>, wrap: impl Fn(From) -> T) -> Self {
        let cursors = found.edges.iter().map(|edge| edge.cursor.clone());
        let info = PageInfo::new(found.has_previous, found.has_next, cursors);
        let edges = found.edges.into_iter().map(|edge| PageEdge::new(edge, &wrap)).collect();
        Self { edges, info, total: found.total }
    }
}

/// What part of a list the arguments ask for.
pub(crate) fn request(first: Option<i32>, after: Option<String>) -> Result<PageRequest> {
    Ok(PageRequest { first: size("first", first)?, after })
}

/// The number of elements that an argument asks for.
pub(crate) fn size(name: &str, asked: Option<i32>) -> Result<Option<usize>> {
    let negative = |_| bad_input(&format!("`{name}` is negative"));
    asked.map(|number| usize::try_from(number).map_err(negative)).transpose()
}

/// What a list costs of the complexity limit: its length times what is asked of each element.
pub(crate) fn cost(asked: Option<i32>, each: usize) -> usize {
    let length = asked.map_or(PAGE_SIZE_DEFAULT, |number| usize::try_from(number).unwrap_or(0));
    length.saturating_mul(each).saturating_add(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_page_has_no_cursors_and_one_element_has_one() {
        let empty = PageInfo::new(false, false, std::iter::empty());
        assert_eq!((empty.start_cursor, empty.end_cursor), (None, None));
        let one = PageInfo::new(false, true, std::iter::once("a".into()));
        assert_eq!((one.start_cursor.as_deref(), one.end_cursor.as_deref()), (Some("a"), Some("a")));
    }

    #[test]
    fn a_negative_size_is_refused_and_a_huge_one_costs() {
        assert!(size("first", Some(-1)).is_err());
        assert_eq!(cost(Some(i32::MAX), usize::MAX), usize::MAX);
        assert_eq!(cost(None, 2), 101);
    }
}
