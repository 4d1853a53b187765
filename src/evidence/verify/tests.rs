//! A package that is whole, and every way to bend one.

mod bent;
mod foreign;
mod hostile;
mod sample;
mod whole;
