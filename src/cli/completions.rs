use std::{fmt::Write as _, io};

use clap::{Command, ValueEnum};

use super::{Status, Surroundings, args::CompletionsArgs};

/// Shells that a script is made for.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Shell {
    Bash,
    Fish,
}

/// Prints a script that completes commands and their options.
pub(super) fn run(
    args: &CompletionsArgs,
    surroundings: &mut Surroundings<'_>,
) -> io::Result<Status> {
    let command = super::command();
    let script = match args.shell {
        Shell::Bash => bash(&command),
        Shell::Fish => fish(&command),
    };
    surroundings.out.write_all(script.as_bytes())?;
    Ok(Status::Fine)
}

fn commands(root: &Command) -> impl Iterator<Item = &Command> {
    root.get_subcommands()
        .filter(|command| !command.is_hide_set())
}

fn options(command: &Command) -> Vec<String> {
    command
        .get_arguments()
        .filter_map(|argument| argument.get_long())
        .map(|long| format!("--{long}"))
        .collect()
}

fn bash(root: &Command) -> String {
    let names: Vec<&str> = commands(root).map(Command::get_name).collect();
    let mut cases = String::new();
    for command in commands(root) {
        let words = options(command).join(" ");
        let _ = writeln!(
            cases,
            "    {}) words='{words} --help' ;;",
            command.get_name()
        );
    }
    let names = names.join(" ");
    format!(
        "_interlock() {{\n  local words='{names}'\n  case \"${{COMP_WORDS[1]}}\" in\n{cases}  esac\n  \
         [ \"$COMP_CWORD\" -eq 1 ] && words='{names}'\n  \
         COMPREPLY=($(compgen -W \"$words\" -- \"${{COMP_WORDS[COMP_CWORD]}}\"))\n}}\n\
         complete -o default -F _interlock interlock\n"
    )
}

fn fish(root: &Command) -> String {
    let mut script = String::from("complete -c interlock -f -n __fish_use_subcommand\n");
    for command in commands(root) {
        let name = command.get_name();
        let about = command
            .get_about()
            .map(ToString::to_string)
            .unwrap_or_default();
        let about = about.replace('\'', "");
        let _ = writeln!(
            script,
            "complete -c interlock -n __fish_use_subcommand -a {name} -d '{about}'"
        );
        for option in options(command) {
            let option = option.trim_start_matches('-');
            let _ = writeln!(
                script,
                "complete -c interlock -n '__fish_seen_subcommand_from {name}' -l {option}"
            );
        }
    }
    script
}
