//! A package that is whole, and every way to bend one.

mod bent;
mod foreign;
mod hostile;
mod made;
mod sample;
mod whole;
mod witnessed;
