"""What is measured on: appeals and letters of the length of real ones, all invented."""

# ruff: noqa: RUF001  one letter is in another script

import csv
from pathlib import Path

WORDS = (
    "the workers of the second shift have waited since spring for an answer to their petition and "
    "the company has not met their union although the agreement that both sides signed two years "
    "ago says that it will and the court has not heard the lawyers of those who were dismissed "
).split()
RUSSIAN = (
    "рабочие второй смены с весны ждут ответа на своё обращение но руководство до сих пор не "
    "встретилось с их профсоюзом хотя соглашение которое обе стороны подписали два года назад "
    "обязывает его к этому а суд так и не выслушал адвокатов тех кто был уволен "
).split()
OFFICES = ("Ministry of Justice", "Regional Government", "Harbour Company", "Labour Inspectorate",
           "Public Prosecutor")  # fmt: skip
COPIES = ["campaign@practice.example", "friends@practice.example"]


def text(length: int, seed: int, words: list[str] = WORDS) -> str:
    """About so many characters in sentences; another seed gives other ones."""
    sentences: list[str] = []
    while sum(map(len, sentences)) + len(sentences) < length:
        at = (seed * 7 + len(sentences) * 11) % len(words)
        size = 12 + (seed + len(sentences)) % 7
        sentences.append(" ".join((words * 3)[at : at + size]).capitalize() + ".")
    return " ".join(sentences)


def appeal(number: int) -> str:
    """An appeal file of about 3 KB: three to five targets, three demands, a letter in a block."""
    targets = "".join(
        f"  - name: {office} of Town {number}\n    role: {text(20, number)[:-1]}\n"
        f"    email: office{at}@town{number}.example\n"
        + ("    post: [1 Example Street, Port Example]\n" if at % 2 else "")
        for at, office in enumerate(OFFICES[: 3 + number % 3])
    )
    demands = "".join(f"  - {text(60, number + at)}\n" for at in range(3))
    paragraphs = "\n\n  ".join(text(250, number + at) for at in range(3))
    return (
        f"title: Reopen case {number} of the harbour workers\nstatus: active\nissued: 2026-10-01\n"
        "send_before: 2099-12-31\nissued_by:\n  name: Example Campaign\n"
        f"  email: campaign@practice.example\ncountry: KZ\ntopics: [labour, strike]\n"
        f"summary: >-\n  {text(150, number)}\nbackground: >-\n  {text(250, number + 5)}\n"
        f"demands:\n{demands}guidance:\n  - Be polite.\n  - Say for whom you write.\n"
        f"sources:\n  - title: Campaign\n    date: 2026-10-01\ntargets:\n{targets}"
        f"cc: [campaign@practice.example]\nsubject: Case {number} of the harbour workers\n"
        f"letter: |\n  {{{{ salutation }}}}\n\n  {paragraphs}\n\n  I therefore ask you:\n\n"
        "  {% for demand in demands %}\n  {{ loop.index }}. {{ demand }}\n  {% endfor %}\n\n"
        "  Yours faithfully,\n\n  {{ signature }}\n"
    )


def folder_of_appeals(where: Path, count: int) -> Path:
    """Write so many appeals into a folder of their own."""
    folder = where / f"appeals-{count}"
    folder.mkdir()
    for number in range(count):
        (folder / f"case-{number:04d}.yaml").write_text(appeal(number), "utf-8")
    return folder


def letter_text(language: str) -> str:
    """The running text of a letter of 2,600 characters, as long as a real one in full."""
    words = WORDS if language == "en" else RUSSIAN
    return "\n\n".join(text(420, seed, words) for seed in range(6))


def big_appeal(where: Path, language: str, targets: int = 1000, *, copies: bool = True) -> Path:
    """Write one appeal to as many targets as an appeal may have."""
    body = letter_text(language).replace("\n\n", "\n\n  ")
    offices = "".join(
        f"  - name: Office {at}\n    email: office{at}@town{at}.example\n" for at in range(targets)
    )
    path = where / f"many-{language}.yaml"
    path.write_text(
        f"title: Many offices\nstatus: active\nissued: 2026-10-01\nlanguage: {language}\n"
        "issued_by: {name: Example Campaign}\nsummary: One letter to many offices.\n"
        f"targets:\n{offices}cc: [{', '.join(COPIES * copies)}]\n"
        f"subject: Case of the harbour workers\nletter: |\n  {{{{ salutation }}}}\n\n  {body}\n\n"
        "  {{ signature }}\n",
        "utf-8",
    )
    return path


def merge_folder(where: Path, language: str, rows: int, *, copies: bool = True) -> Path:
    """Write the same letter, to as many offices, as mailmerge wants it."""
    folder = where / f"mailmerge-{language}-{rows}"
    folder.mkdir()
    carbon = f"CC: {', '.join(COPIES)}\n" * copies
    (folder / "mailmerge_template.txt").write_text(
        f"TO: {{{{office}}}} <{{{{email}}}}>\n{carbon}"
        "SUBJECT: Case of the harbour workers\nFROM: {{name}} <{{sender}}>\n\n{{salutation}},\n\n"
        f"{letter_text(language)}\n\n{{{{name}}}}\n{{{{organisation}}}}\n{{{{place}}}}\n",
        "utf-8",
    )
    conf = "[smtp_server]\nhost = localhost\nport = 25\nratelimit = 0\n"
    (folder / "mailmerge_server.conf").write_text(conf)
    with (folder / "mailmerge_database.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow("office email name sender salutation organisation place".split())
        for at in range(rows):
            office, to = f"Office {at % 1000}", f"office{at % 1000}@town{at % 1000}.example"
            who = f"Aliya Example {at // 1000}", "aliya@example.org"
            rest = "To whom it may concern", "Example Branch", "Example Town"
            table.writerow((office, to, *who, *rest))
    return folder
