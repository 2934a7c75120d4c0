//! Choices that have a number: what the API's enum of the same name says, and what the database and sealed ceremonies keep.

/// Makes enums of numbered choices, with their numbers there and back.
macro_rules! numbered {
    ($($(#[$doc:meta])* $name:ident { $($(#[$choice_doc:meta])* $choice:ident = $number:literal;)+ })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum $name { $($(#[$choice_doc])* $choice = $number,)+ }

        impl $name {
            /// All of them, by number.
            pub const ALL: &[Self] = &[$(Self::$choice,)+];

            /// The number in the API's enum of this name, also what the database keeps.
            #[must_use]
            pub const fn number(self) -> u8 {
                self as u8
            }

            /// The choice with this number.
            #[must_use]
            pub const fn from_number(number: u8) -> Option<Self> {
                match number { $($number => Some(Self::$choice),)+ _ => None }
            }
        }
    )+};
}

pub(crate) use numbered;
