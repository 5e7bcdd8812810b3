//! Editing a shared file in place: what is not ours to change keeps every byte.
//!
//! Comments, order, odd spacing, line ends, byte order marks, text that is not UTF-8, other people's
//! sections: a [`Document`] knows which bytes belong to a change and splices those alone. Sections
//! are found by the reader's own rules, so that nothing is appended that is there already in another
//! spelling. Before anything is replaced, the reader reads the result, and must see the intended
//! change and no other.

mod block;
mod change;
mod checks;
mod contents;
mod document;
mod error;
mod layout;
mod owner;
mod readers;
mod save;

pub use block::Block;
pub use change::{Change, SectionEdit, SectionName};
pub use checks::{is_plain_name, why_not_a_value};
pub use contents::{Contents, Settings};
pub use document::Document;
pub use error::{EditError, EditStep};
pub use readers::LostReaders;
pub use save::Saved;
