//! How large a document is when its fragments are unfolded: what the engine's complexity does not count.
//!
//! The engine takes `__typename` and introspection for free, so that a small document full of aliases could ask for
//! gigabytes. Both are counted here, before validation.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextParseQuery};
use async_graphql::parser::types::{ExecutableDocument, FragmentDefinition, Selection, SelectionSet};
use async_graphql::{Name, Positioned, ServerError, ServerResult, Variables};

/// Fields of a document, its fragments unfolded.
const FIELDS_MAX: usize = 5_000;
/// Fields that ask about the schema. The standard introspection query has about 250.
const INTROSPECTION_FIELDS_MAX: usize = 600;

/// Counts fields. Unfolded fragments are remembered, so that the count takes no longer than reading the document.
struct Count<'a> {
    fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>,
    known: HashMap<&'a str, Option<usize>>,
    introspection: usize,
}

impl<'a> Count<'a> {
    /// Fields of a selection at all depths. A fragment inside itself counts nothing here; validation refuses it.
    fn fields(&mut self, set: &'a SelectionSet) -> usize {
        set.items.iter().map(|item| self.selection(&item.node)).fold(0, usize::saturating_add)
    }

    fn selection(&mut self, selection: &'a Selection) -> usize {
        match selection {
            Selection::Field(field) => {
                let count = self.fields(&field.node.selection_set.node).saturating_add(1);
                if matches!(field.node.name.node.as_str(), "__schema" | "__type") {
                    self.introspection = self.introspection.saturating_add(count);
                }
                count
            }
            Selection::InlineFragment(inline) => self.fields(&inline.node.selection_set.node),
            Selection::FragmentSpread(spread) => self.fragment(spread.node.fragment_name.node.as_str()),
        }
    }

    fn fragment(&mut self, name: &'a str) -> usize {
        if let Some(known) = self.known.get(name) {
            return known.unwrap_or(0);
        }
        let Some(fragment) = self.fragments.get(name) else { return 0 };
        self.known.insert(name, None);
        let before = self.introspection;
        let count = self.fields(&fragment.node.selection_set.node);
        // Spread twice, a fragment about the schema is asked twice: such are counted as if all of it were.
        if self.introspection > before {
            self.introspection = self.introspection.saturating_add(count);
        }
        self.known.insert(name, Some(count));
        count
    }
}

fn check(document: &ExecutableDocument) -> Result<(), &'static str> {
    let mut count = Count { fragments: &document.fragments, known: HashMap::new(), introspection: 0 };
    let mut fields = 0_usize;
    for (_, operation) in document.operations.iter() {
        fields = fields.saturating_add(count.fields(&operation.node.selection_set.node));
    }
    if fields > FIELDS_MAX {
        return Err("Query is too complex: it has too many fields.");
    }
    if count.introspection > INTROSPECTION_FIELDS_MAX {
        return Err("Query is too complex: it asks too much about the schema.");
    }
    Ok(())
}

/// Refuses documents that are too large.
pub(crate) struct SizeLimit;

impl ExtensionFactory for SizeLimit {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_graphql::async_trait::async_trait]
impl Extension for SizeLimit {
    async fn parse_query(
        &self,
        context: &ExtensionContext<'_>,
        query: &str,
        variables: &Variables,
        next: NextParseQuery<'_>,
    ) -> ServerResult<ExecutableDocument> {
        let document = next.run(context, query, variables).await?;
        match check(&document) {
            Ok(()) => Ok(document),
            Err(sentence) => Err(ServerError::new(sentence, None)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(text: &str) -> bool {
        check(&async_graphql::parser::parse_query(text).expect("a document")).is_ok()
    }

    #[test]
    fn fragments_are_counted_where_they_are_spread() {
        let fragment = format!("fragment f on Query {{ {} }}", "a ".repeat(100));
        assert!(allowed(&format!("{{ {} }} {fragment}", "...f ".repeat(50))));
        assert!(!allowed(&format!("{{ {} }} {fragment}", "...f ".repeat(51))));
        assert!(!allowed(&format!("{{ {} }}", "a ".repeat(FIELDS_MAX + 1))));
    }

    #[test]
    fn fragments_that_double_each_other_are_counted_at_once() {
        let doubling =
            |number: usize| format!("fragment f{number} on Query {{ ...f{} ...f{} }} ", number + 1, number + 1);
        let document: String = (0..60).map(doubling).collect();
        assert!(!allowed(&format!("{{ ...f0 }} {document} fragment f60 on Query {{ a b }}")));
        assert!(allowed("{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }"));
    }

    #[test]
    fn the_schema_is_asked_about_once_not_a_hundred_times() {
        let one = format!("a: __schema {{ types {{ {} }} }} ", "name ".repeat(200));
        assert!(allowed(&format!("{{ {one} }}")));
        assert!(!allowed(&format!("{{ {} }}", one.repeat(4))));
    }
}
