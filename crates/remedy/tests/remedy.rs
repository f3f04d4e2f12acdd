//! The remedies over the whole knowledge folder: letters against their golden texts, periods against cases counted by
//! hand, the decision table, and what must never be said.

mod remedy {
    mod deadline;
    mod law;
    mod letter;
    mod limitation;
    mod notice;
    mod property;
    mod said;
    mod shared;
    mod situation;
}
