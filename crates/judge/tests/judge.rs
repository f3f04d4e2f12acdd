//! The judge from outside: the data suites of `knowledge/`, disguises, look-alike hosts, and properties of any text.

mod judge {
    mod case;
    mod disguise;
    mod host;
    mod message;
    mod property;
    mod rule;
    mod sender;
    mod shared;
}
