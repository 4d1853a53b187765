//! Arithmetic of the Merkle tree of RFC 6962 section 2.1. Pure: hashes come in by a function, none are stored here.

use sha2::{Digest, Sha256};

/// A node of the tree: SHA-256.
pub type Hash = [u8; 32];

/// SHA-256 of 0x00 and the entry (RFC 6962 2.1).
pub fn leaf_hash(entry: &[u8]) -> Hash {
    let mut hash = Sha256::new();
    hash.update([0]);
    hash.update(entry);
    hash.finalize().into()
}

/// SHA-256 of 0x01 and both children (RFC 6962 2.1).
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut hash = Sha256::new();
    hash.update([1]);
    hash.update(left);
    hash.update(right);
    hash.finalize().into()
}

/// The root of the tree without leaves.
pub fn empty_root() -> Hash {
    Sha256::digest([]).into()
}

/// The root over `leaves`, in one pass.
pub fn root_of(leaves: &[Hash]) -> Hash {
    let mut range = Range::default();
    for leaf in leaves {
        range.push(*leaf);
    }
    range.root()
}

/// The right edge of a tree that grows: the roots of its perfect subtrees, largest first. At most 64 hashes for any size.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Range {
    size: u64,
    nodes: Vec<Hash>,
}

impl Range {
    /// The range of a tree of `size` leaves from the roots of its perfect subtrees, largest first; none where their number does not fit.
    pub fn from_nodes(size: u64, nodes: Vec<Hash>) -> Option<Self> {
        (u64::from(size.count_ones()) == nodes.len() as u64).then_some(Self { size, nodes })
    }

    /// Leaves so far.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The perfect subtrees' roots, largest first.
    pub fn nodes(&self) -> &[Hash] {
        &self.nodes
    }

    /// Adds one leaf.
    pub fn push(&mut self, leaf: Hash) {
        self.push_subtree(0, leaf);
    }

    /// Adds the root of a perfect subtree of `1 << level` leaves. The size so far must be a multiple of that.
    pub fn push_subtree(&mut self, level: u32, root: Hash) {
        let mut node = root;
        let mut rest = self.size >> level;
        while rest & 1 == 1 {
            if let Some(left) = self.nodes.pop() {
                node = node_hash(&left, &node);
            }
            rest >>= 1;
        }
        self.nodes.push(node);
        self.size += 1 << level;
    }

    /// The root of the tree so far.
    pub fn root(&self) -> Hash {
        let mut nodes = self.nodes.iter().rev();
        let Some(last) = nodes.next() else { return empty_root() };
        nodes.fold(*last, |right, left| node_hash(left, &right))
    }
}

/// A perfect subtree: the node at `level` above the leaves, the `index`-th from the left there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Node {
    /// Height above the leaves.
    pub level: u32,
    /// Place on its level.
    pub index: u64,
}

/// The perfect subtrees that make up leaves `from..to`, left to right, where the range is one that RFC 6962 proofs cut (its start a multiple of its largest part).
fn cover(from: u64, to: u64) -> Vec<Node> {
    let mut nodes = Vec::new();
    let mut start = from;
    while start < to {
        let length = to - start;
        let mut level = length.ilog2();
        if start > 0 {
            level = level.min(start.trailing_zeros());
        }
        nodes.push(Node { level, index: start >> level });
        start += 1 << level;
    }
    nodes
}

/// The hash of leaves `from..to` as one subtree, from `get`.
fn subtree<E>(from: u64, to: u64, get: &mut impl FnMut(Node) -> Result<Hash, E>) -> Result<Hash, E> {
    let mut hashes = Vec::new();
    for node in cover(from, to) {
        hashes.push(get(node)?);
    }
    let mut nodes = hashes.into_iter().rev();
    let Some(last) = nodes.next() else { return Ok(empty_root()) };
    Ok(nodes.fold(last, |right, left| node_hash(&left, &right)))
}

/// The root of the tree of `size` leaves.
pub fn root<E>(size: u64, mut get: impl FnMut(Node) -> Result<Hash, E>) -> Result<Hash, E> {
    subtree(0, size, &mut get)
}

/// The audit path of leaf `index` in the tree of `size` leaves, leaf's sibling first (RFC 6962 2.1.1). `index < size`.
pub fn inclusion<E>(index: u64, size: u64, mut get: impl FnMut(Node) -> Result<Hash, E>) -> Result<Vec<Hash>, E> {
    let mut path = Vec::new();
    let (mut from, mut to) = (0, size);
    while to - from > 1 {
        let middle = from + split(to - from);
        if index < middle {
            path.push(subtree(middle, to, &mut get)?);
            to = middle;
        } else {
            path.push(subtree(from, middle, &mut get)?);
            from = middle;
        }
    }
    path.reverse();
    Ok(path)
}

/// The proof that the tree of `old` leaves is a beginning of the tree of `size` leaves (RFC 6962 2.1.2). Empty where `old` is 0 or `size`.
pub fn consistency<E>(old: u64, size: u64, mut get: impl FnMut(Node) -> Result<Hash, E>) -> Result<Vec<Hash>, E> {
    let mut proof = Vec::new();
    if old == 0 || old >= size {
        return Ok(proof);
    }
    let (mut from, mut to, mut whole) = (0, size, true);
    while old != to {
        let middle = from + split(to - from);
        if old <= middle {
            proof.push(subtree(middle, to, &mut get)?);
            to = middle;
        } else {
            proof.push(subtree(from, middle, &mut get)?);
            from = middle;
            whole = false;
        }
    }
    if !whole {
        proof.push(subtree(from, to, &mut get)?);
    }
    proof.reverse();
    Ok(proof)
}

/// The largest power of two below `size`; `size > 1`.
fn split(size: u64) -> u64 {
    1 << (size - 1).ilog2()
}

/// Whether `path` leads from `leaf` at `index` to `root` of the tree of `size` leaves (RFC 9162 2.1.3.2).
pub fn verify_inclusion(leaf: &Hash, index: u64, size: u64, path: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut node, mut last, mut hash) = (index, size - 1, *leaf);
    for sibling in path {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(sibling, &hash);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *root
}

/// Whether `proof` shows that the tree of `old` leaves with `old_root` begins the tree of `size` leaves with `root` (RFC 9162 2.1.4.2).
pub fn verify_consistency(old: u64, old_root: &Hash, size: u64, root: &Hash, proof: &[Hash]) -> bool {
    if old > size {
        return false;
    }
    if old == 0 {
        return proof.is_empty() && *old_root == empty_root();
    }
    if old == size {
        return proof.is_empty() && old_root == root;
    }
    let mut hashes = proof.iter();
    let seed = if old.is_power_of_two() { Some(old_root) } else { hashes.next() };
    let Some(seed) = seed else { return false };
    let (mut node, mut last) = (old - 1, size - 1);
    while node & 1 == 1 {
        node >>= 1;
        last >>= 1;
    }
    let (mut first, mut second) = (*seed, *seed);
    for hash in hashes {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            first = node_hash(hash, &first);
            second = node_hash(hash, &second);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            second = node_hash(&second, hash);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && first == *old_root && second == *root
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use proptest::prelude::*;

    use super::*;

    fn leaves(count: u64) -> Vec<Hash> {
        (0..count).map(|n| leaf_hash(&n.to_be_bytes())).collect()
    }

    /// MTH of RFC 6962 2.1, word for word.
    fn naive(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => empty_root(),
            [one] => *one,
            many => {
                let (left, right) = many.split_at(usize::try_from(split(many.len() as u64)).expect("small"));
                node_hash(&naive(left), &naive(right))
            }
        }
    }

    fn getter(leaves: &[Hash]) -> impl FnMut(Node) -> Result<Hash, Infallible> + '_ {
        |node| {
            let from = usize::try_from(node.index << node.level).expect("small");
            let to = from + (1 << node.level);
            Ok(naive(&leaves[from..to]))
        }
    }

    proptest! {
        #[test]
        fn proofs_verify_and_bent_ones_do_not(size in 1_u64..300, pick in any::<u64>(), old in any::<u64>(), bend in any::<usize>()) {
            let leaves = leaves(size);
            let whole = naive(&leaves);
            prop_assert_eq!(root_of(&leaves), whole);
            prop_assert_eq!(root(size, getter(&leaves)), Ok(whole));
            let index = pick % size;
            let leaf = leaves[usize::try_from(index).expect("small")];
            let Ok(mut path) = inclusion(index, size, getter(&leaves));
            prop_assert!(verify_inclusion(&leaf, index, size, &path, &whole));
            prop_assert!(!verify_inclusion(&leaf, index + 1, size, &path, &whole));
            let old = old % (size + 1);
            let old_root = naive(&leaves[..usize::try_from(old).expect("small")]);
            let Ok(mut proof) = consistency(old, size, getter(&leaves));
            prop_assert!(verify_consistency(old, &old_root, size, &whole, &proof));
            if !path.is_empty() {
                let at = bend % path.len();
                path[at][0] ^= 1;
                prop_assert!(!verify_inclusion(&leaf, index, size, &path, &whole));
            }
            if !proof.is_empty() {
                let at = bend % proof.len();
                proof[at][31] ^= 128;
                prop_assert!(!verify_consistency(old, &old_root, size, &whole, &proof));
            }
        }

        #[test]
        fn subtrees_and_leaves_make_the_same_range(levels in proptest::collection::vec(0_u32..4, 0..20)) {
            let mut range = Range::default();
            let mut all = Vec::new();
            for level in levels.into_iter().rev() {
                if range.size().is_multiple_of(1 << level) {
                    let part: Vec<Hash> = (0..1_u64 << level).map(|n| leaf_hash(&(range.size() + n).to_be_bytes())).collect();
                    range.push_subtree(level, root_of(&part));
                    all.extend(part);
                }
            }
            prop_assert_eq!(range.root(), naive(&all));
            prop_assert_eq!(Range::from_nodes(range.size(), range.nodes().to_vec()), Some(range));
        }
    }
}
