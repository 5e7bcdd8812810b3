//! The manual page, in the `man` macros that every `man` reads.

use super::{Flag, commands, credential, shared};

const HEAD: &str = r#".\" Made from crates/sso-cp/src/args/manual/commands.txt: UPDATE_MAN=1 cargo test -p sso-cp manual_page
.TH SSO-CP 1
.SH NAME
sso-cp \- AWS credentials from IAM Identity Center, for everything that can run a program
.SH SYNOPSIS
.B sso-cp
.RI [ selection ]
.br
.B sso-cp
.I command
.RI [ selection ]
.RI [ flags ]
.SH DESCRIPTION
Without a command, prints one
.B credential_process
document: from the cache, else by the sign-in that the AWS CLI and the SDKs share.
.PP
The selection is
.BR \-\-profile ,
.BR \-\-sso\-session ,
or
.BR \-\-sso\-session " with " \-\-account\-id " and " \-\-role\-name .
Commands for people take
.BR AWS_PROFILE ", then " AWS_DEFAULT_PROFILE ", then"
.B default
where nothing is selected; the credential command never guesses.
"#;

const TAIL: &str = r#".SH EXIT STATUS
.TP
.B 0
The result is on stdout.
.TP
.B 1
A bug; the message says where to report it.
.TP
.B 2
Usage: bad flags.
.TP
.B 3
The config file, profile or session cannot be used.
.TP
.B 4
No usable sign-in.
.TP
.B 5
AWS refuses this account or role.
.TP
.B 6
AWS cannot be reached, throttles, fails, or answers nonsense.
.TP
.B 7
A file cannot be read, written or locked, or stdout cannot be written.
.TP
.BR 130 ", " 143 ", " 129
Interrupted by SIGINT, SIGTERM, SIGHUP.
.PP
.B exec
ends with its command's status, 127 if there is no such command, 126 if it cannot be run.
.SH ENVIRONMENT
.TP
.BR AWS_CONFIG_FILE ", " AWS_SHARED_CREDENTIALS_FILE
Other places for the shared files. The caches stay below the home folder.
.TP
.BR AWS_PROFILE ", " AWS_DEFAULT_PROFILE
The profile of commands for people.
.TP
.BR AWS_REGION ", " AWS_DEFAULT_REGION
Where STS is asked, where the profile names no region.
.TP
.BR AWS_ENDPOINT_URL_SSO ", " AWS_ENDPOINT_URL_SSO_OIDC ", " AWS_ENDPOINT_URL_STS ", " AWS_ENDPOINT_URL
Other endpoints; https, or http on this machine.
.BR AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true
passes over them.
.TP
.BR AWS_USE_FIPS_ENDPOINT ", " AWS_USE_DUALSTACK_ENDPOINT
AWS's other hosts.
.TP
.BR AWS_CA_BUNDLE ", then the key \fBca_bundle\fR, then " SSL_CERT_FILE
Certificate authorities instead of the system's.
.TP
.BR HTTPS_PROXY ", " NO_PROXY
As in other programs; in lower case they win.
.TP
.B BROWSER
The program that opens links.
.TP
.B SSO_CP_DEBUG=1
As
.BR \-\-debug .
.TP
.B NO_COLOR
No colours.
.SH FILES
.TP
.I ~/.aws/config\fR, \fI~/.aws/credentials
The shared files.
.TP
.I ~/.aws/sso/cache/*.json
Tokens and client registrations, shared with the AWS CLI and the SDKs.
.TP
.I ~/.aws/cli/cache/*.json
Role credentials, shared with the AWS CLI.
.TP
.I ~/.aws/sso\-cp/
Locks, credentials of assumed roles, and which roles came from which session.
.SH SEE ALSO
.BR aws (1)
"#;

/// The whole page.
pub(crate) fn roff() -> String {
    let mut page = HEAD.to_owned();
    page.push_str(".SH OPTIONS\nAll commands take these, before or after the command's word.\n");
    page.extend(shared().map(|one| flag(&one)));
    page.push_str(".TP\n.BR \\-h \", \" \\-\\-help\ndisplay usage information\n");
    page.push_str(".PP\nWithout a command it takes these too.\n");
    page.extend(credential().map(|one| flag(&one)));
    page.push_str(".SH COMMANDS\n");
    for command in commands() {
        page.push_str(&format!(".SS {}", escaped(command.word)));
        if let Some(operand) = &command.operand {
            page.push_str(&format!(" <{}>", escaped(operand.name)));
        }
        page.push_str(&format!("\n{}\n", escaped(command.about)));
        page.extend(command.flags().map(|one| flag(&one)));
        if let Some(operand) = &command.operand {
            let (name, about) = (escaped(operand.name), escaped(operand.about));
            page.push_str(&format!(".TP\n.I {name}\n{about}\n"));
        }
        for kind in command.kinds() {
            let (word, kind_word) = (escaped(command.word), escaped(kind.word));
            page.push_str(&format!(".SS {word} {kind_word}\n{}\n", escaped(kind.about)));
            page.extend(kind.flags().map(|one| flag(&one)));
        }
    }
    page + TAIL
}

fn flag(flag: &Flag) -> String {
    let value = flag.value.as_ref();
    let value = value.map_or(String::new(), |value| format!(" \\fI{}\\fR", escaped(value.name)));
    format!(".TP\n\\fB{}\\fR{value}\n{}\n", escaped(flag.name), escaped(flag.about))
}

/// A dash is a hyphen to roff unless it is escaped, and a dot or a quote at a line's start a macro.
fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\e").replace('-', "\\-");
    match text.starts_with(['.', '\'']) {
        true => format!("\\&{text}"),
        false => text,
    }
}
