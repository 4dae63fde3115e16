"""``protestmail publish``: which files it writes, which it leaves alone, and what it refuses."""

import gzip
import json
import re
from pathlib import Path
from shutil import copytree
from typing import Any

import feedparser
import pytest

from makers.appeals import SEVERAL, Folder
from makers.program import APPEALS, ROOT, Program
from protestmail.site import markup, words


def files(site: Path) -> dict[str, bytes]:
    """All files of a site, by their paths in it."""
    found = (one for one in site.rglob("*") if one.is_file())
    return {one.relative_to(site).as_posix(): one.read_bytes() for one in found}


def stamps(site: Path) -> dict[Path, tuple[int, int]]:
    """When each file of a site was written, and as which file on the disk."""
    every = {one: one.stat() for one in site.rglob("*") if one.is_file()}
    return {one: (about.st_mtime_ns, about.st_ino) for one, about in every.items()}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Give the folder of a site to be."""
    return tmp_path / "site"


def test_publishing_again_changes_no_byte(run: Program, site: Path, tmp_path: Path) -> None:
    """P73: twice is as once, not a file is written again; elsewhere the same files come out."""
    first = run("publish", APPEALS, "--to", site)
    before, when = files(site), stamps(site)
    second = run("publish", APPEALS, "--to", site)
    run("publish", APPEALS, "--to", tmp_path / "other", env={"TZ": "Pacific/Apia", "LANG": "C"})

    assert (first.code, second.code) == (0, 0)
    assert "13 appeals in 32 files: 0 written" in second.err
    assert (files(site), stamps(site)) == (before, when)
    assert files(tmp_path / "other") == before
    assert {"index.html", "feed.xml", "feed.json", "manifest.json"} <= before.keys()
    assert {"practice-letter/fr/index.html", "directory/practice-office.yaml"} <= before.keys()
    assert before["practice-letter.yaml"] == (APPEALS / "practice-letter.yaml").read_bytes()


def test_only_what_has_changed_is_written(run: Program, appeals: Folder, site: Path) -> None:
    """P73: one changed appeal changes its page, its file and what lists it, and nothing else."""
    appeals.add("one")
    appeals.add("two")
    run("publish", appeals.path, "--to", site)
    before = files(site)
    appeals.add("one", updates=[{"date": "2026-02-01", "text": "They are on hunger strike."}])
    run("publish", appeals.path, "--to", site)

    changed = {name for name, data in files(site).items() if before[name] != data}
    lists = {"index.html", "feed.xml", "feed.json", "manifest.json"}
    assert changed - lists == {"one/index.html", "one.yaml"}


def test_a_page_that_was_damaged_is_made_anew(run: Program, appeals: Folder, site: Path) -> None:
    """P73: what the manifest says is looked at, not believed."""
    appeals.add()
    run("publish", appeals.path, "--to", site)
    before = files(site)
    (site / "strike" / "index.html").write_text(
        before["strike/index.html"].decode().replace("Free", "Kill"), "utf-8"
    )
    run("publish", appeals.path, "--to", site)

    assert files(site) == before


def test_only_our_own_files_are_removed(run: Program, appeals: Folder, site: Path) -> None:
    """An appeal that is gone goes; what somebody has put there or changed stays."""
    appeals.add("one")
    two = appeals.add("two")
    three = appeals.add("three")
    run("publish", appeals.path, "--to", site)
    (site / "two" / "photo.jpg").write_bytes(b"jpg")
    (site / "CNAME").write_text("campaign.example")
    (site / "three.yaml").write_text("changed by hand")
    two.unlink()
    three.unlink()
    done = run("publish", appeals.path, "--to", site)

    assert "3 removed" in done.err
    assert "three.yaml: left there, since somebody has changed it" in done.err
    assert {"two/photo.jpg", "CNAME", "three.yaml", "one/index.html"} <= files(site).keys()
    assert not {"two/index.html", "two.yaml", "three/index.html"} & files(site).keys()
    assert not (site / "three").exists()


@pytest.mark.parametrize("path", ["../outside.txt", "/etc/outside.txt", "a/../../outside.txt", ""])
def test_a_manifest_leads_to_no_other_folder(
    run: Program, appeals: Folder, site: Path, path: str
) -> None:
    """A manifest that somebody has tampered with is told, and nothing outside the site removed."""
    appeals.add()
    outside = site.parent / "outside.txt"
    outside.write_text("")
    site.mkdir()
    told = {"version": 1, "files": {path: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}  # fmt: skip  # noqa: E501
    (site / "manifest.json").write_text(json.dumps(told))
    done = run("publish", appeals.path, "--to", site)

    assert done.code == 2
    assert "manifest.json is there already" in done.err
    assert outside.exists()
    assert files(site).keys() == {"manifest.json"}


@pytest.mark.parametrize("text", ["", "[]", "{", '{"files": []}', '{"files": {"a": 1}}', "\xff"])
def test_a_damaged_manifest_is_told(run: Program, appeals: Folder, site: Path, text: str) -> None:
    """What it has stopped is not known any more, so nothing is published over it."""
    appeals.add()
    run("publish", appeals.path, "--to", site)
    (site / "manifest.json").write_text(text, "latin-1")
    before = files(site)
    done = run("publish", appeals.path, "--to", site)

    assert done.code == 2
    assert "put back the one that was written there" in done.err
    assert files(site) == before


def test_what_check_refuses_is_not_published(run: Program, appeals: Folder, site: Path) -> None:
    """P70: all mistakes of all files are told, with 65, and not a byte is written."""
    appeals.add("sound")
    appeals.add("one", letter="Dear [YOUR NAME],\n\n{{ signature }}")
    appeals.add("two", stauts="active")
    done = run("publish", appeals.path, "--to", site)

    assert done.code == 65
    assert "[YOUR NAME]" in done.err
    assert "stauts" in done.err
    assert not site.exists()


def test_somebody_elses_file_is_not_written_over(run: Program, appeals: Folder, site: Path) -> None:
    """A file that stands where one of ours would come stops it, in a sentence with a way out."""
    appeals.add()
    site.mkdir()
    (site / "index.html").write_text("<h1>Our campaign</h1>")
    done = run("publish", appeals.path, "--to", site)

    assert done.code == 2
    assert "index.html is there already" in done.err
    assert (site / "index.html").read_text() == "<h1>Our campaign</h1>"


@pytest.mark.parametrize(
    ("args", "code", "told"),
    [
        (["nowhere", "--to", "site"], 66, "nowhere is no folder that holds an appeal"),
        (["empty", "--to", "site"], 66, "empty is no folder that holds an appeal"),
        (["appeals", "--to", "appeals"], 2, "the same"),
        (["appeals", "--to", "file"], 2, "cannot be written"),
        (["appeals", "--to", "site", "--url", "campaign"], 2, "no address of a site"),
        (["appeals", "--to", "site", "--single", "strke"], 66, 'did you mean "strike"?'),
        (["appeals", "--to", "site", "--single", "draft"], 69, "draft is a draft"),
        (["appeals"], 2, "--to"),
    ],
)
def test_what_cannot_be_published_is_said_in_a_sentence(
    run: Program, appeals: Folder, args: list[str], code: int, told: str
) -> None:
    """Each slip has its sentence and its exit code, and nothing of a traceback."""
    appeals.add()
    appeals.add("draft", status="draft")
    run.cwd = appeals.path.parent
    (run.cwd / "empty").mkdir()
    (run.cwd / "file").write_text("")
    done = run("publish", *args)

    assert done.code == code
    assert told in done.err
    assert "Traceback" not in done.err


def test_drafts_stay_at_home(run: Program, appeals: Folder, site: Path) -> None:
    """A draft is no page and no file of the site, which is said; its gaps hold up nothing."""
    appeals.add("one")
    appeals.add("two", status="draft", letter="[YOUR LETTER]", issued="[DAY]")
    done = run("publish", appeals.path, "--to", site)

    assert "two is a draft: nobody gets it until it says status: active" in done.err
    assert not any(name.startswith("two") for name in files(site))


def test_a_site_of_another_campaign_is_asked_about(
    run: Program, appeals: Folder, site: Path, tmp_path: Path
) -> None:
    """Another folder than the last time's takes no campaign's pages away without a yes.

    What a campaign ends itself goes without a question.
    """
    ended = appeals.add("zero")
    run("publish", appeals.path, "--to", site)
    ended.unlink()
    for id_ in ("one", "two", "three"):
        appeals.add(id_)
    own = run("publish", appeals.path, "--to", site)
    before = files(site)
    other = Folder(tmp_path / "other")
    other.add("four", issued_by={"name": "Another campaign"})
    line = ["publish", str(other), "--to", str(site)]
    told = f"{site} is of Campaign: 3 of its 3 appeals are not in {other}"
    piped = run(*line)
    with run.dialogue(*line, columns=400) as person:
        person.expect(f"{told}. Take them away?")
        person.type("n")
        no = person.end()

    assert (own.code, "2 removed" in own.err) == (0, True)
    assert (piped.code, no, files(site)) == (2, 2, before)
    assert told in piped.err
    with run.dialogue(*line, columns=400) as person:
        person.expect("Take them away?")
        person.type("y")
        assert person.end() == 0
    assert {"four.yaml"} == {one for one in files(site) if one.endswith(".yaml")}


def test_a_letter_that_no_browser_can_fill_in_is_named(
    run: Program, appeals: Folder, site: Path
) -> None:
    """P68: the command says which letter is to be filled in by hand, and why; the page, too."""
    letter = "{% if sender.country == 'Norway' %}Hei{% endif %}\n\n{{ signature }}"
    appeals.add(letter=letter, targets=SEVERAL)
    done = run("publish", appeals.path, "--to", site)

    assert done.code == 0
    told = "the letter to Ministry (and 2 more) is filled in by hand, since its text depends on"
    assert f"strike: {told} what sender.country says" in done.err
    assert done.err.count("by hand") == 1
    assert b"This letter is filled in by hand" in files(site)["strike/index.html"]
    assert json.loads(data(files(site)["strike/index.html"]))["fillings"] == []


def data(page: bytes) -> str:
    """What stands in a page for its script."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page.decode())
    assert found
    return found[1]


def test_one_page_stands_by_itself(run: Program, site: Path) -> None:
    """``--single`` writes one file, which leads to no other one."""
    done = run("publish", APPEALS, "--to", site, "--single", "practice-letter")
    text = (site / "practice-letter.html").read_text("utf-8")

    assert done.code == 0
    assert list(files(site)) == ["practice-letter.html"]
    assert not re.findall(r'href="(?!https?:|mailto:|tel:|data:|#)', text)
    assert "src=" not in text


def test_attachments_lie_beside_the_page(run: Program, appeals: Folder, site: Path) -> None:
    """What goes with a letter is published with it; a draft, which could not hold it, is not."""
    appeals.add(attachments=[{"file": "report.pdf", "title": "The report"}])
    (appeals.path / "strike").mkdir()
    (appeals.path / "strike" / "report.pdf").write_bytes(b"%PDF")
    run("publish", appeals.path, "--to", site)
    page = files(site)["strike/index.html"].decode()

    assert files(site)["strike/report.pdf"] == b"%PDF"
    assert '<a href="../strike/report.pdf">The report</a>' in page
    assert 'data-do="eml"' not in page


def test_an_attachment_takes_no_pages_place(run: Program, appeals: Folder, site: Path) -> None:
    """P71: a file of an appeal that is called as a page is refused, in a sentence."""
    appeals.add(attachments=[{"file": "index.html"}])
    (appeals.path / "strike").mkdir()
    (appeals.path / "strike" / "index.html").write_text("<script>alert(1)</script>")
    done = run("publish", appeals.path, "--to", site)

    assert done.code == 2
    assert "two files of the site would be called strike/index.html" in done.err
    assert not files(site)


FOLLOWED: dict[str, dict[str, Any]] = {
    "going-on": {"updates": [{"date": "2026-03-01", "text": "A & <b>."}], "title": "Free & <them>"},
    "over": {"status": "won", "closed": "2026-02-01", "outcome": "Both are free."},
    "stopped": {"status": "withdrawn", "closed": "2026-01-15", "outcome": "Please stop."},
}


def test_both_feeds_tell_what_has_happened(run: Program, appeals: Folder, site: Path) -> None:
    """Stop actions first, then appeals, updates and outcomes: readers of feeds read all of it."""
    for id_, fields in FOLLOWED.items():
        appeals.add(id_, **fields)
    run("publish", appeals.path, "--to", site, "--url", "https://campaign.example/appeals")
    atom = feedparser.parse(files(site)["feed.xml"])
    items = json.loads(files(site)["feed.json"])["items"]

    assert not atom.bozo
    assert [one.title for one in atom.entries] == [
        "STOP ACTION: Free the strike committee",
        "Since then: Free & <them>",
        "Won: Free the strike committee",
        "Free the strike committee",
        "Free & <them>",
    ]
    assert [one.link for one in atom.entries] == [one["url"] for one in items]
    assert [one.id for one in atom.entries] == [one["id"] for one in items]
    assert len({one.id for one in atom.entries}) == 5
    assert atom.entries[0].link == "https://campaign.example/appeals/stopped/index.html"
    assert atom.feed.updated == "2026-03-01T00:00:00Z"
    assert items[1]["content_text"] == "A & <b>."


def test_feeds_without_an_address_are_read_as_well(
    run: Program, appeals: Folder, site: Path
) -> None:
    """A site from a stick knows no address of its own; its entries have names all the same."""
    appeals.add()
    run("publish", appeals.path, "--to", site)
    feed = feedparser.parse(files(site)["feed.xml"])

    assert not feed.bozo
    assert feed.entries[0].id.startswith("urn:uuid:")


def test_the_day_is_of_the_appeals_or_is_given(run: Program, appeals: Folder, site: Path) -> None:
    """P73: pages tell as of the last day of their appeal, or of SOURCE_DATE_EPOCH, of no clock."""
    appeals.add()
    for environ, day in (
        ({}, "1 January 2026"),
        ({"SOURCE_DATE_EPOCH": "1780000000"}, "28 May 2026"),
    ):
        run("publish", appeals.path, "--to", site, env=environ)
        assert f"As of {day}." in files(site)["strike/index.html"].decode()
    done = run("publish", appeals.path, "--to", site, env={"SOURCE_DATE_EPOCH": "soon"})

    assert done.code == 78
    assert 'SOURCE_DATE_EPOCH cannot be "soon"' in done.err


FIVE = [{"name": f"Office {n}", "email": f"office{n}@town.example"} for n in range(5)]
SENTENCE = "The workers have waited since spring for an answer to their petition. "
FILLED = "{{ salutation }}\n\n" + SENTENCE * 12 + "\n\nYours faithfully,\n\n{{ signature }}"


def test_a_page_is_small(run: Program, appeals: Folder, site: Path) -> None:
    """A page with five targets is at most 8 KB on the wire, its script at most 60 lines."""
    appeals.add(targets=FIVE, letter=FILLED, demands=["They are free.", "They are paid."])
    run("publish", appeals.path, "--to", site)

    assert len(gzip.compress(files(site)["strike/index.html"], 9)) <= 8_000
    assert markup.file("page.js").count("\n") < 60


def test_a_page_is_small_in_every_language(run: Program, appeals: Folder, site: Path) -> None:
    """P69: other scripts take more bytes a sign; a page with five targets is at most 8 KB."""
    tags = [one.stem for one in words.FOLDER.glob("*.json")]
    for tag in tags:
        appeals.add(f"in-{tag}", language=tag, targets=FIVE, letter=FILLED, demands=["A.", "B."])
    run("publish", appeals.path, "--to", site)

    for tag in tags:
        assert len(gzip.compress(files(site)[f"in-{tag}/index.html"], 9)) <= 8_192, tag


def test_the_documentation_shows_what_is_seen(run: Program) -> None:
    """A coordinator who types what docs/publish.md says sees what stands there."""
    shown = (ROOT / "docs" / "publish.md").read_text("utf-8")
    (session,) = re.findall(r"^```console\n(.*?)^```", shown, re.MULTILINE | re.DOTALL)
    copytree(APPEALS, run.cwd / "appeals")
    for command, told in re.findall(r"\$ protestmail (.*)\n(.*)\n", session):
        done = run(*command.split())
        assert (done.code, done.err) == (0, f"{told}\n")


def test_an_appeal_names_what_follows_it_up(run: Program, appeals: Folder, site: Path) -> None:
    """The page of an appeal leads to the one that has taken its place."""
    appeals.add("first")
    appeals.add("second", supersedes="first", title="Free them now")
    run("publish", appeals.path, "--to", site)

    assert (
        '<a href="../second/index.html">Free them now</a>'
        in files(site)["first/index.html"].decode()
    )
