//! The users of a kubeconfig that a plugin speaks for.
//!
//! Not a reader of YAML: it knows the block form that `kubectl` and the AWS CLI write, and lists in
//! brackets. What is written otherwise is passed over, for nothing depends on it but a hint.

/// A user whose tokens a program makes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct PluginUser {
    pub(super) name: String,
    pub(super) command: String,
    pub(super) arguments: Vec<String>,
    variables: Vec<(String, String)>,
}

impl PluginUser {
    /// The value of the first of these flags, in either spelling.
    pub(super) fn argument(&self, flags: &[&str]) -> Option<&str> {
        let mut arguments = self.arguments.iter();
        while let Some(argument) = arguments.next() {
            let (name, value) = argument.split_once('=').unwrap_or((argument, ""));
            if flags.contains(&name) {
                return if value.is_empty() {
                    arguments.next().map(String::as_str)
                } else {
                    Some(value)
                };
            }
        }
        None
    }

    /// A variable that the plugin is given.
    pub(super) fn variable(&self, name: &str) -> Option<&str> {
        let found = self.variables.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// What the lines below a key belong to.
#[derive(PartialEq, Eq)]
enum Within {
    Nothing,
    Arguments,
    Variables,
}

/// The users, in the order of the file.
pub(super) fn plugin_users(text: &str) -> Vec<PluginUser> {
    let lines = text.lines().skip_while(|line| line.trim_end() != "users:").skip(1);
    let lines =
        lines.take_while(|line| line.starts_with([' ', '-', '#']) || line.trim().is_empty());
    let lines: Vec<&str> = lines.filter(|line| !line.trim().is_empty()).collect();
    let indent = lines.first().map_or(0, |line| indent_of(line));
    let mut entries: Vec<Vec<&str>> = Vec::new();
    for line in lines {
        if indent_of(line) == indent && line.trim_start().starts_with("- ") {
            entries.push(Vec::new());
        }
        if let Some(entry) = entries.last_mut() {
            entry.push(line);
        }
    }
    let users = entries.iter().map(|entry| plugin_user(entry));
    users.filter(|user| !user.command.is_empty()).collect()
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

fn plugin_user(lines: &[&str]) -> PluginUser {
    let mut user = PluginUser::default();
    let mut within = Within::Nothing;
    for (number, line) in lines.iter().enumerate() {
        let line = line.trim();
        // The dash of the entry itself is not an item of a list in it.
        let (is_item, line) = match line.strip_prefix("- ") {
            Some(rest) => (number > 0, rest.trim_start()),
            None => (false, line),
        };
        if is_item && within == Within::Arguments {
            user.arguments.push(plain(line));
            continue;
        }
        let Some((key, value)) = line.split_once(':') else { continue };
        let value = value.trim();
        match (key, &within) {
            ("name", Within::Variables) => user.variables.push((plain(value), String::new())),
            ("value", Within::Variables) => {
                if let Some((_, known)) = user.variables.last_mut() {
                    *known = plain(value);
                }
            }
            _ => {
                within = Within::Nothing;
                set(&mut user, key, value, &mut within);
            }
        }
    }
    user
}

fn set(user: &mut PluginUser, key: &str, value: &str, within: &mut Within) {
    match key {
        "name" => user.name = plain(value),
        "command" => user.command = plain(value),
        "args" if value.is_empty() => *within = Within::Arguments,
        "args" => {
            let list = value.trim_start_matches('[').trim_end_matches(']');
            user.arguments = list.split(',').map(plain).filter(|word| !word.is_empty()).collect();
        }
        "env" => *within = Within::Variables,
        _ => {}
    }
}

/// A scalar without its quotes.
fn plain(value: &str) -> String {
    let value = value.trim();
    let quoted = ['"', '\'']
        .into_iter()
        .find_map(|quote| value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)));
    quoted.unwrap_or(value).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KUBECONFIG: &str = "\
apiVersion: v1
clusters:
- cluster:
    server: https://x
  name: demo
current-context: demo
kind: Config
users:
- name: arn:aws:eks:eu-west-1:111122223333:cluster/demo
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      args:
      - --region
      - eu-west-1
      - eks
      - get-token
      - --cluster-name
      - demo
      - --output
      - json
      command: aws
      env:
      - name: AWS_PROFILE
        value: dev
      - name: OTHER
        value: \"x y\"
      interactiveMode: IfAvailable
      provideClusterInfo: false
- name: static
  user:
    token: abc
- name: 'iam'
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: /usr/local/bin/aws-iam-authenticator
      args: [token, -i, demo, \"--profile=dev\"]
preferences: {}
";

    #[test]
    fn users_are_read_as_kubectl_and_the_aws_cli_write_them() {
        let users = plugin_users(KUBECONFIG);
        let [aws, iam] = &users[..] else { panic!("{users:?}") };
        assert_eq!(aws.name, "arn:aws:eks:eu-west-1:111122223333:cluster/demo");
        assert_eq!((aws.command.as_str(), aws.arguments.len()), ("aws", 8));
        assert_eq!(aws.argument(&["--cluster-name"]), Some("demo"));
        assert_eq!(aws.argument(&["--region"]), Some("eu-west-1"));
        assert_eq!(aws.variable("AWS_PROFILE"), Some("dev"));
        assert_eq!(aws.variable("OTHER"), Some("x y"));
        assert_eq!(iam.name, "iam");
        assert_eq!(iam.argument(&["-i"]), Some("demo"));
        assert_eq!(iam.argument(&["--profile"]), Some("dev"));
        assert_eq!(iam.variable("AWS_PROFILE"), None);
    }

    #[test]
    fn whatever_it_is_nothing_panics() {
        for text in [
            "",
            "users:",
            "users:\n",
            "users: []\n",
            "users:\n- ",
            "users:\n-\n- name:\n",
            "{\"users\":[]}",
            "users:\n  x\n :\n- args:\n  - \n",
        ] {
            assert_eq!(plugin_users(text), [], "{text}");
        }
        let whole = KUBECONFIG.as_bytes();
        for end in 0..whole.len() {
            let _ = plugin_users(&String::from_utf8_lossy(&whole[..end]));
        }
    }
}
