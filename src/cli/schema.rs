//! `xinju schema`: the GraphQL schema as SDL.

use super::print;
use super::status::Status;

/// Prints the SDL.
pub(crate) fn run() -> Status {
    print::line(xinju_api::sdl().trim_end());
    Status::Done
}
