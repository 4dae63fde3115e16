"""Faults that are put in on purpose, one at a time: the tests named beside each must notice it.

Run by hand, from the checkout: ``python tests/mutants.py [FROM [TO]]``. It works on a copy, and
ends with 1 where a fault survives. ``test_house`` holds that each still fits the source.
"""

import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
SOURCE = Path("src/protestmail")


class Mutant(NamedTuple):
    """A fault: the promise that it breaks, where, what stands there and then, and who tells."""

    promise: str
    file: str
    before: str
    after: str
    tests: str


# fmt: off
MUTANTS = [
    Mutant("P41", "cli/preparing.py", "email=account.email)", "email=settled.sender.email or account.email)", "settings cli/test_send_real.py"),
    Mutant("P41", "settings/account.py", "return str(profile.path), inside", "return str(profile.path), inside | outside", "settings"),
    Mutant("P39", "settings/secret.py", 'if "PROTESTMAIL" not in key}', "}", "settings sending/test_login.py cli/test_doctor.py"),
    Mutant("P25", "appeals/library.py", "files.read_within(path.parent, path.name, MAX_ATTACHMENT)", "files.read(path, MAX_ATTACHMENT)", "test_files.py"),
    Mutant("P25", "files.py", "os.O_RDONLY | os.O_DIRECTORY | _NO_LINK", "os.O_RDONLY | os.O_DIRECTORY", "test_files.py"),
    Mutant("P89", "journal/store.py", "            yield db\n            self._empty_wal()", "            yield db", "crash/test_damage_after_kill.py"),
    Mutant("P89", "journal/store.py", "                _look_for_traces(path)\n", "", "crash/test_damage.py"),
    Mutant("P90", "settings/paths.py", "if not path.is_absolute():", "if False:", "settings/test_settle.py"),
    Mutant("P91", "journal/origin.py", 'if one.origin in {"", origin}]', "]", "sending/test_before.py"),
    Mutant("P87", "sending/before.py", "entry.letter not in ids and not (renewed and entry.over)", "False", "sending/test_before.py"),
    Mutant("P87", "sending/before.py", "(renewed and entry.over)", "renewed", "sending/test_before.py"),
    Mutant("P88", "sending/trust.py", "if not account.certificate:", "if True:", "faults/test_trust.py"),
    Mutant("P34", "sending/session.py", "account.security in {NONE, LOCAL}", "account.security in {NONE}", "faults/test_trust.py"),
    Mutant("P34", "settings/account.py", "self.security == LOCAL and not self.stays_here", "False", "faults/test_trust.py"),
    Mutant("P34", "settings/account.py", "if self.user and not self.stays_here:", "if False:", "settings faults"),
    Mutant("P35", "sending/wire.py", "        if self._buffer:\n            raise Untrusted(", "        if False:\n            raise Untrusted(", "faults/test_distrust.py"),
    Mutant("P33", "sending/smtp.py", 'if "STARTTLS" not in self.features:', "if False:", "faults/test_distrust.py"),
    Mutant("P54", "sending/run.py", "self.journal.in_doubt(number, after.entry.number if after else None)", "pass", "crash/test_kill.py faults/test_faults.py"),
    Mutant("P53", "journal/entry.py", "state = QUEUED if entry.state == TRYING else UNKNOWN", "state = QUEUED", "journal crash/test_kill.py"),
    Mutant("P56", "journal/store.py", '"locking_mode = EXCLUSIVE",', '"locking_mode = NORMAL",', "journal crash/test_kill.py"),
    Mutant("P57", "journal/journal.py", "min(RETRY << min(entry.attempts, 10), RETRY_MOST)", "RETRY", "journal"),
    Mutant("P60", "journal/rows.py", "seal == _seal(entry) and ", "", "crash/test_damage.py"),
    Mutant("P50", "journal/store.py", 'self._db.execute("VACUUM")', "pass", "cli/test_journal_forget.py crash/test_forget.py"),
    Mutant("P49", "journal/store.py", "os.fchmod(handle, 0o600)", "pass", "journal/test_opening.py"),
    Mutant("P23", "sending/wire.py", 'data.replace(b"\\r\\n.", b"\\r\\n..")', "data", "sending/test_smtp.py mail sending/test_wire.py"),
    Mutant("P23", "mail/writing.py", "coded = _FROM.sub(_hide_from, coded)", "break", "mail"),
    Mutant("P44", "settings/account.py", 'HELO = "[127.0.0.1]"', 'HELO = "localhost"', "faults/test_distrust.py"),
    Mutant("P46", "mail/message.py", "format_datetime(date.astimezone(UTC))", "format_datetime(date.astimezone())", "mail"),
    Mutant("P84", "sending/run.py", "            raise blame.refused(found, reply, parcel.entry.sender)\n", "            pass\n", "faults/test_blame.py"),
    Mutant("P74", "sources/signature.py", "if by not in agreed:", "if False:", "sources/test_signature.py sources/test_attacks.py"),
    Mutant("P74", "sources/signature.py", "if _ssh_keygen(asked, data).returncode:", "if _ssh_keygen(asked, data).returncode and False:", "sources/test_signature.py sources/test_attacks.py"),
    Mutant("P74", "sources/taking.py", "if made.serial < seen.serial:", "if False:", "sources/test_attacks.py"),
    Mutant("P74", "sources/taking.py", "if sha256(data).hexdigest() != self.made.files[path]:", "if False:", "sources/test_attacks.py"),
    Mutant("P74", "sources/followed.py", "if sha256(data).hexdigest() != self._files(source.name).get(inner):", "if False:", "sources/test_followed.py"),
    Mutant("P74", "sources/fetch.py", 'if (parts.scheme, parts.netloc) != ("https", self._host):', "if False:", "sources/test_attacks.py"),
    Mutant("P75", "sources/stops.py", "if total in signed or (", "if (", "sources/test_stops.py"),
    Mutant("P75", "sources/stops.py", "(appeal.id == stop.id and same)", "appeal.id == stop.id", "sources/test_stops.py"),
    Mutant("P75", "sources/taking.py", "if taken_back := sorted(stopped - {one.id for one in made.stopped}):", "if taken_back := []:", "sources/test_attacks.py"),
    Mutant("P75", "cli/source.py", "        taking.remember(known, found)  # a stop counts, whatever is answered\n", "", "sources/test_stops.py"),
    Mutant("P76", "sending/consent.py", "told and not wish.stale", "told and not wish.stale and not wish.yes", "sources/test_followed.py"),
    Mutant("P78", "cli/source.py", "if found.moved and not _agreed(", "if False and not _agreed(", "sources/test_followed.py"),
    Mutant("P86", "settings/account.py", 'judge.port(values.get("port", ""), security, origin)', 'int(values.get("port") or judge.PORTS[security])', "settings/test_judge.py"),
    Mutant("P16", "mail/message.py", 'if "=?" in text or characters', "if characters", "mail/test_message.py"),
    Mutant("P17", "mail/message.py", "    data = writing.write(intent)\n    reading.verify(data, intent)\n", "    data = writing.write(intent)\n", "mail/test_message.py"),
    Mutant("P17", "mail/reading.py", "if getattr(read, field) != getattr(intent, field):", "if False:", "mail/test_message.py"),
    Mutant("P18", "mail/writing.py", """return [f'"{quoted}"']""", "return [name]", "mail/test_message.py"),
    Mutant("P19", "sending/agenda.py", "for one in message.recipients)", 'for one in message.recipients if one.role != "self")', "sending cli/test_send_real.py"),
    Mutant("P32", "sending/trust.py", "return ssl.create_default_context()", "return ssl._create_unverified_context()", "faults/test_distrust.py faults/test_trust.py"),
    Mutant("P32", "sending/trust.py", "made.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN", "made.check_hostname = False", "faults/test_trust.py"),
    Mutant("P42", "mail/message.py", "from_=Mailbox(sender.name, from_.ascii)", "from_=Mailbox(letter.targets[0].name or sender.name, from_.ascii)", "mail/test_message.py"),
    Mutant("P42", "letters/text.py", 'subject=" ".join(line.split())', "subject=subject.text", "letters/test_letter.py mail/test_message.py"),
    Mutant("P47", "mail/message.py", "cc=_mailboxes(people, COPY)", "cc=_mailboxes(people, COPY) + _mailboxes(_envelope(people, from_, manner), SELF)", "mail/test_message.py sending cli/test_send_real.py"),
    Mutant("P52", "journal/journal.py", 'db, "WHERE state IN (?, ?)", TRYING, IN_DOUBT)', 'db, "WHERE state = ?", IN_DOUBT)', "journal/test_journal.py"),
    Mutant("P52", "journal/journal.py", "if to.state in OPEN)", ")", "journal sending/test_states.py cli/test_send_real.py"),
    Mutant("P15", "letters/template.py", "apart = blank in SIGNS and blank not in self.compared", "apart = blank in SIGNS", "letters"),
    Mutant("P28", "letters/template.py", "[*judge_.flaws, *_unseen(tree)]", "[*judge_.flaws]", "letters"),
    Mutant("P61", "letters/holes.py", '(firm == "!" or not _reads_on(left, right)) if rest else _labelled(above)', "False", "letters/test_holes.py"),
    Mutant("P61", "sending/batch.py", "if leftovers := [piece for one in mailing.letters for piece in one.letter.leftovers]:", "if leftovers := []:", "letters cli/test_slips.py"),
    Mutant("P64", "cli/app.py", 'others += ["--as", self.profile]', "pass", "cli/test_told.py"),
    Mutant("P64", "cli/app.py", 'others += ["--env-file", str(self.env_file)]', "pass", "cli/test_told.py"),
    Mutant("P66", "paper/layout.py", "sender=() if personal or letter.headed", "sender=() if letter.headed", "paper/test_layout.py"),
    Mutant("P66", "paper/layout.py", 'place = "" if personal else letter.sender.place', "place = letter.sender.place", "paper/test_layout.py"),
    Mutant("P68", "site/combine.py", 'return source.write(sender, word, FAR).text.partition("\\n")[2] == without', "return False", "site/test_combine.py"),
    Mutant("P68", "site/proof.py", "    if source.compared:", "    if False:", "site/test_combine.py site/test_publish.py"),
    Mutant("P68", "site/templates/page.js", 'said === "1" ? one : ', "", "site/test_filled.py"),
    Mutant("P68", "site/markup.py", r"(?<=>)\n{2,}(?=<)", r"\n{2,}", "site/test_page.py"),
    Mutant("P69", "site/markup.py", "\"default-src 'none'; script-src 'sha256-{script}'; ", '"', "site/test_page.py"),
    Mutant("P70", "site/templates/page.js", "if (held) { event.preventDefault();", "if (held) {", "site/test_page.py"),
    Mutant("P70", "site/templates/page.js", '.join("-") > data.until', '.join("-") < data.until', "site/test_page.py"),
    Mutant("P71", "site/data.py", '.replace("<", "\\\\u003c")', "", "site/test_page.py"),
    Mutant("P72", "site/templates/page.html", " aria-label=\"{{ _('The text of the letter') }}\"", "", "site/test_page.py"),
    Mutant("P72", "site/publish.py", "            language=tag,\n", "", "site/test_words.py"),
    Mutant("P72", "site/markup.py", "if language == (_words(context).tag if around is None else around):", "if True:", "site/test_words.py"),
    Mutant("P70", "site/templates/page.js", "lacks.map(label).join(data.say.comma)", 'lacks.map(label).join(", ")', "site/test_words.py"),
    Mutant("P73", "site/shelf.py", "return known if known and all(self._as_it_was(name) for name in names) else {}", "return known", "site/test_publish.py"),
    Mutant("P75", "site/shelf.py", "= stopped(folder) + (", "= (", "sources/test_published.py"),
    Mutant("P74", "site/publish.py", "    made = _listed(wish, shelf, told)\n", "    shelf.finish()\n    made = _listed(wish, shelf, told)\n", "sources/test_published.py"),
    Mutant("P75", "checking/folders.py", "if parsed.is_draft:", "if False:", "sources/test_sign.py"),
]
# fmt: on


def source_of(one: Mutant, root: Path = ROOT) -> str:
    """Read the file that a fault is put into."""
    return (root / SOURCE / one.file).read_text("utf-8")


def survives(one: Mutant, copy: Path) -> bool:
    """Put a fault in, ask the tests, and take it out again."""
    file = copy / SOURCE / one.file
    sound = file.read_text("utf-8")
    file.write_text(sound.replace(one.before, one.after), "utf-8")
    try:
        return not failing(copy, one.tests.split())
    finally:
        file.write_text(sound, "utf-8")


def failing(copy: Path, tests: Iterable[str]) -> str:
    """Run these tests in the copy, up to the first that fails; give what it says."""
    python = str(copy / ".venv" / "bin" / "python")
    ran = [python, "-m", "pytest", "-x", "-q", "-n", "2", *(f"tests/{name}" for name in tests)]
    done = subprocess.run(ran, cwd=copy, capture_output=True, text=True, check=False)
    return done.stdout[-2000:] if done.returncode else ""


def prepare(copy: Path) -> None:
    """Copy the checkout, and give it a Python of its own, which knows no other protestmail."""
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".git", ".venv", "__pycache__"))
    venv.create(copy / ".venv", symlinks=True)
    [site] = (copy / ".venv").glob("lib/python*/site-packages")
    paths = f"{copy / 'src'}\n{sysconfig.get_path('purelib')}\n"
    (site / "mutants.pth").write_text(paths, "utf-8")


def main(first: int = 1, last: int = len(MUTANTS)) -> int:
    """Put in the faults of these numbers; the exit code is 1 where one survives."""
    survivors = 0
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        prepare(copy)
        chosen = MUTANTS[first - 1 : last]
        if told := failing(copy, sorted({name for one in chosen for name in one.tests.split()})):
            print(f"the tests fail without any fault:\n{told}")
            return 1
        for number, one in enumerate(chosen, first):
            alive = survives(one, copy)
            survivors += alive
            told = "SURVIVES" if alive else "noticed"
            print(f"{number}: {told}: {one.promise} {one.file}: {one.after[:60]!r}", flush=True)
    return survivors > 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
