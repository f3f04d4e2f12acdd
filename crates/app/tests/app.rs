//! The application from outside: every command by its binary, with what it reads, prints and leaves behind.

mod app {
    mod command_line;
    mod evidence;
    mod inbox;
    mod money;
    mod picture;
    mod process;
    mod remedy;
    mod serve;
}
