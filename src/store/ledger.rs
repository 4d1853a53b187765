//! The ledger's hashes: leaves, roots and proofs.
//!
//! The ledger only grows, so that what is known in memory of a place is true for every snapshot that reaches it.

use xinju_model::id::EntryIndex;
use xinju_model::ledger::{self, Hash, Node, node_hash};

use crate::error::StoreError;
use crate::read::ReadTx;
use crate::segment::tile_entries;
use crate::shared::TilePlace;

impl ReadTx {
    /// The leaf of an entry, as stored.
    pub fn leaf(&self, index: EntryIndex) -> Result<Option<Hash>, StoreError> {
        if index.0 >= self.size() {
            return Ok(None);
        }
        self.node(Node { level: 0, index: index.0 }).map(Some)
    }

    /// The root of the tree of the first `size` entries.
    pub fn root(&self, size: u64) -> Result<Hash, StoreError> {
        self.check_size(size)?;
        ledger::root(size, |node| self.node(node))
    }

    /// The audit path of `index` in the tree of `size` entries.
    pub fn inclusion(&self, index: EntryIndex, size: u64) -> Result<Vec<Hash>, StoreError> {
        self.check_size(size)?;
        if index.0 >= size {
            return Err(StoreError::Refused(format!("entry {} is not in a tree of {size}", index.0)));
        }
        ledger::inclusion(index.0, size, |node| self.node(node))
    }

    /// The consistency proof between two sizes.
    pub fn consistency(&self, old: u64, size: u64) -> Result<Vec<Hash>, StoreError> {
        self.check_size(size)?;
        if old > size {
            return Err(StoreError::Refused(format!("a tree of {old} is not in one of {size}")));
        }
        ledger::consistency(old, size, |node| self.node(node))
    }

    fn check_size(&self, size: u64) -> Result<(), StoreError> {
        if size > self.size() {
            return Err(StoreError::Refused(format!("the ledger has {} entries, not {size}", self.size())));
        }
        Ok(())
    }

    /// A node inside a segment: from the tree over its tiles, or from one tile.
    fn segment_node(&self, node: Node, first: u64) -> Result<Hash, StoreError> {
        let segment = self.segment_of(first)?;
        let place = first % self.shared.options.segment_entries;
        let height = tile_entries(self.shared.options.segment_entries).ilog2();
        let number = usize::try_from(place >> height).unwrap_or(usize::MAX);
        let roots = self.shared.tile(TilePlace { file: segment.file, tile: None }, || segment.roots())?;
        let nowhere = || StoreError::damaged(format!("the leaf of entry {first} is nowhere"));
        if let Some(level) = node.level.checked_sub(height) {
            return roots.node(level, place >> node.level).ok_or_else(nowhere);
        }
        let root = roots.node(0, number as u64).ok_or_else(nowhere)?;
        let place_of = TilePlace { file: segment.file, tile: Some(number) };
        let tile = self.shared.tile(place_of, || segment.tile(number, &root))?;
        tile.node(node.level, (place % (1 << height)) >> node.level).ok_or_else(nowhere)
    }

    /// The root of a perfect subtree that is wholly in this snapshot.
    fn node(&self, node: Node) -> Result<Hash, StoreError> {
        let height = self.shared.options.segment_height();
        let first = node.index << node.level;
        let live = self.shared.live();
        let known = if first >= live.tail_base {
            live.tail.node(node.level, (first - live.tail_base) >> node.level)
        } else {
            node.level.checked_sub(height).and_then(|level| live.roots.node(level, node.index))
        };
        let sealed = first < live.tail_base && node.level < height;
        drop(live);
        match known {
            Some(hash) => Ok(hash),
            None if sealed => self.segment_node(node, first),
            None if node.level > 0 => {
                let (level, index) = (node.level - 1, node.index * 2);
                let left = self.node(Node { level, index })?;
                let right = self.node(Node { level, index: index + 1 })?;
                Ok(node_hash(&left, &right))
            }
            None => Err(StoreError::damaged(format!("the leaf of entry {first} is nowhere"))),
        }
    }
}
