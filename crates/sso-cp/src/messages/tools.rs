//! What AWS's own tools are called.

use sso_cp_config::Tool;

/// `the AWS CLI, boto3 and Go`
pub(crate) fn tools(tools: &[Tool]) -> String {
    let names: Vec<&str> = tools
        .iter()
        .flat_map(|tool| match tool {
            Tool::AwsCli => &["the AWS CLI", "boto3"][..],
            Tool::Go => &["Go"],
            Tool::Rust => &["Rust"],
            Tool::Js => &["JS"],
            Tool::Ruby => &["Ruby"],
        })
        .copied()
        .collect();
    match names.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, first)) => format!("{} and {last}", first.join(", ")),
        None => String::new(),
    }
}
