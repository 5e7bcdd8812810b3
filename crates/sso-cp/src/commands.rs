//! The commands, one file each, with a folder where one grew: what `sso-cp WORD` does, and what several of
//! them share. Everything below them is called from here, and nothing calls back.

pub(crate) mod access;
pub(crate) mod ask;
pub(crate) mod auto_login;
pub(crate) mod choose;
pub(crate) mod completions;
pub(crate) mod configure;
pub(crate) mod console;
pub(crate) mod credential_process;
pub(crate) mod docker_credential;
pub(crate) mod doctor;
pub(crate) mod endpoint;
pub(crate) mod exec;
pub(crate) mod export;
pub(crate) mod list;
pub(crate) mod login;
pub(crate) mod logout;
pub(crate) mod migrate;
pub(crate) mod notice;
pub(crate) mod pick;
pub(crate) mod populate;
pub(crate) mod profiles;
pub(crate) mod prompt;
pub(crate) mod scope;
pub(crate) mod select;
pub(crate) mod serve;
pub(crate) mod shared_file;
pub(crate) mod shell_init;
pub(crate) mod status;
pub(crate) mod token;
pub(crate) mod use_profile;
pub(crate) mod whoami;
