//! A part of the ledger's tree in memory, every node of it, so that a proof needs no hashing.

use xinju_model::ledger::{Hash, node_hash};

/// The nodes over consecutive leaves. The first leaf's index is a multiple of `1 << height`.
#[derive(Clone, Debug)]
pub(crate) struct Tree {
    /// Level 0 are the leaves; a node stands at its place as soon as all its leaves are there.
    levels: Vec<Vec<Hash>>,
}

impl Tree {
    /// An empty tree that keeps nodes up to `height` above its leaves.
    pub(crate) fn new(height: u32) -> Self {
        Self { levels: (0..=height).map(|_| Vec::new()).collect() }
    }

    /// Levels above the leaves.
    pub(crate) fn height(&self) -> usize {
        self.levels.len().saturating_sub(1)
    }

    /// Leaves so far.
    pub(crate) fn len(&self) -> usize {
        self.levels.first().map_or(0, Vec::len)
    }

    /// Adds a leaf and the nodes that it completes.
    pub(crate) fn push(&mut self, leaf: Hash) {
        let mut node = leaf;
        for level in &mut self.levels {
            let left = if level.len().is_multiple_of(2) { None } else { level.last().copied() };
            level.push(node);
            match left {
                Some(left) => node = node_hash(&left, &node),
                None => return,
            }
        }
    }

    /// The node at `level`, the `place`-th from the left of this part.
    pub(crate) fn node(&self, level: u32, place: u64) -> Option<Hash> {
        self.levels.get(usize::try_from(level).ok()?)?.get(usize::try_from(place).ok()?).copied()
    }

    /// The root of a tree whose leaves are all there.
    pub(crate) fn top(&self) -> Option<Hash> {
        self.levels.last()?.first().copied()
    }

    /// Forgets the first `1 << height` leaves and the nodes over them.
    pub(crate) fn drop_front(&mut self) {
        let height = self.height();
        for (level, nodes) in self.levels.iter_mut().enumerate() {
            let count = (1_usize << (height - level)).min(nodes.len());
            nodes.drain(..count);
        }
    }
}

#[cfg(test)]
mod tests {
    use xinju_model::ledger::{leaf_hash, root_of};

    use super::*;

    #[test]
    fn nodes_are_roots_of_their_leaves() {
        let leaves: Vec<Hash> = (0_u64..21).map(|n| leaf_hash(&n.to_be_bytes())).collect();
        let mut tree = Tree::new(3);
        for leaf in &leaves {
            tree.push(*leaf);
        }
        for level in 0..=3_u32 {
            for (place, leaves) in (0..).zip(leaves.chunks_exact(1 << level)) {
                assert_eq!(tree.node(level, place), Some(root_of(leaves)));
            }
        }
        assert_eq!(tree.node(3, 2), None);
        assert_eq!(tree.node(4, 0), None);
        tree.drop_front();
        assert_eq!((tree.len(), tree.height()), (13, 3));
        assert_eq!(tree.node(3, 1), None);
        assert_eq!(tree.node(0, 0), Some(leaves[8]));
        assert_eq!(tree.node(2, 1), Some(root_of(&leaves[12..16])));
        tree.push(leaf_hash(b"x"));
        assert_eq!(tree.len(), 14);
    }
}
