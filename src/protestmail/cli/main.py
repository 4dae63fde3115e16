"""The command line: a group that loads a command when called, and the handler of errors."""

import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import click

from protestmail import __version__, files
from protestmail.cli.app import REPORT, App, common_options
from protestmail.cli.help import Context
from protestmail.commands import to_type
from protestmail.errors import Exit, InvalidAppeal, ProtestmailError, UsageProblem, nearest

# name: (its module, what the help says), so that the help needs to load none of them
COMMANDS = {
    "list": ("list", "List the appeals that can be answered."),
    "show": ("show", "Show one appeal: case, demands, targets, what to do."),
    "render": ("render", "Preview the letters of an appeal, or write them to files."),
    "send": ("send", "Send the letters of an appeal, or rehearse it."),
    "answer": ("answer", "Answer an appeal step by step, with a question at each."),
    "journal": ("journal", "List what was sent; decide about letters in doubt."),
    "news": ("news", "Tell what has happened since to what you answered."),
    "init": ("init", "Set up sender and account, by questions."),
    "doctor": ("doctor", "Try the account, and send nothing."),
    "config": ("config", "Show each setting and where it comes from."),
    "contacts": ("contacts", "List whom your lookups stand for, such as your embassy; add some."),
    "source": ("source", "Follow campaigns, so that appeals and stop actions reach you."),
    "check": ("check", "Find the mistakes in appeal files."),
    "new": ("new", "Start a new appeal file."),
    "sign": ("sign", "Sign a folder of appeals, for those who follow it."),
    "publish": ("publish", "Make web pages of a folder of appeals."),
    "schema": ("schema", "Print the JSON Schema of appeal files."),
}


class LazyGroup(click.Group):
    """A group of commands that are imported one at a time."""

    context_class = Context

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Name the commands in the order of their use."""
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the one command that was called."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"protestmail.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = module.command
        command.context_class = Context
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Say "did you mean" over all commands, loaded or not."""
        known = args[0] in COMMANDS or args[0].startswith("-")
        if not known and not ctx.resilient_parsing:
            close = nearest(args[0], COMMANDS)
            told = f'there is no command "{args[0]}"'
            raise UsageProblem(
                told, f'did you mean "{close}"?' if close else "see: protestmail --help"
            )
        return super().resolve_command(ctx, args)

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands from the table."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, about) for name, (_, about) in COMMANDS.items()])


EXAMPLES = f"""\b
Examples:
  protestmail list
  protestmail answer practice-letter
  protestmail init

{REPORT}"""


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=EXAMPLES,
)
@click.option(
    "--appeals",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Take the appeals from this folder (can be repeated).",
)
@common_options
@click.version_option(__version__, "-V", "--version", prog_name="protestmail")
@click.pass_context
def group(ctx: click.Context, appeals: tuple[Path, ...]) -> int | None:
    """Answer urgent appeals by letter, from your own account, with nothing kept elsewhere."""
    app = ctx.ensure_object(App)
    app.named_folders = appeals
    if ctx.invoked_subcommand is None:
        app.screen.note(
            f"protestmail answers urgent appeals by letter.\n\n"
            f"  {to_type('list')}             the appeals that can be answered\n"
            f"  {to_type('render', 'ID')}        a letter, to look at\n"
            f"  {to_type('answer', 'ID')}        the whole way, one question at a time\n"
            f"  {to_type('send', 'ID', '--rehearse')}   a send that is delivered nowhere\n"
            f"  {to_type('init')}             set up your account, to send for good\n"
            "  protestmail --help           everything else\n\n"
            f"try: {to_type('list')}"
        )
        return Exit.USAGE
    return None


def _invoke(args: list[str], app: App) -> int:
    """Run a command; click's own ``main`` would turn a broken pipe into an exit code of 1."""
    if "_PROTESTMAIL_COMPLETE" in app.environ:
        return int(group.main(args, prog_name="protestmail", standalone_mode=False) or 0)
    try:
        with group.make_context("protestmail", args, obj=app) as ctx:
            code = int(group.invoke(ctx) or 0)
            sys.stdout.flush()
            return code
    except click.exceptions.Exit as why:
        return why.exit_code


def run(args: Sequence[str]) -> int:  # noqa: PLR0911  one return for each kind of error
    """Run one command line; tell every error in a sentence and give the exit code."""
    app = App()
    try:
        return _invoke(list(args), app)
    except InvalidAppeal as why:
        for problem in why.problems:
            app.screen.note(str(problem))
        return why.exit_code
    except ProtestmailError as why:
        app.screen.error(why.message, why.hint)
        return why.exit_code
    except click.Abort:
        app.screen.note("")
        return Exit.INTERRUPTED
    except click.ClickException as why:
        ctx = why.ctx if isinstance(why, click.UsageError) else None
        help_ = f"see: {ctx.command_path} --help" if ctx else ""
        app.screen.error(why.format_message().replace("\n", " "), help_)
        return why.exit_code
    except BrokenPipeError:
        raise
    except OSError as why:
        where = f"{why.filename}: " if why.filename else ""
        hint = "look whether it is there and yours to write, and whether the disk is full"
        app.screen.error(f"cannot go on: {where}{files.reason(why)}", hint)
        return Exit.NOT_ALL
    except Exception as why:  # a defect is told like any other error, not thrown at people
        if app.environ.get("PROTESTMAIL_DEBUG"):
            raise
        told = f"this is a defect of the program: {type(why).__name__}: {why}"
        hint = f"PROTESTMAIL_DEBUG=1 shows where. {REPORT}"
        app.screen.error(told, hint)
        return Exit.DEFECT
    finally:
        with suppress(OSError):  # what was found before a mistake is shown; nobody may read it
            sys.stdout.flush()
        sys.stderr.flush()
