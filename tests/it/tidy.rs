//! Style that matters is a test: what files hold, who may import whom, which licences may come in, what is not left open.

mod files;
mod layers;
mod licences;
mod manifests;
mod tables;
mod tree;
mod web;
mod words;
