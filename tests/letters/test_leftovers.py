"""Leftovers stop a letter; what only looks like one does not."""

import pytest

from makers.letters import OWN_APPEALS, own_letters
from protestmail.letters.leftovers import Leftover, doubtful, find

LEFT = [
    "[YOUR NAME]",
    "[Your Name]",
    "[name]",
    "[NAME]",
    "[insert date]",
    "[INSERT NAME HERE]",
    "[COUNTRY NAME]",
    "[your city/country]",
    "[ваше имя]",
    "[Votre nom]",
    "[Ihr Name]",
    "<name>",
    "<your name>",
    "<NAME>",
    "___",
    "____________",
    "xxx",
    "xxxxx",
    "......",
    "……",
    "INSERT DATE",
    "INSERT: your town",
    "TODO: the facts",
]
FINE = [
    "[1]",
    "[12]",
    "[ILO]",
    "[sic]",
    "[...]",
    "[see above]",
    "...",
    "…",
    "wait....",
    "__init__",
    "XXX",
    "XXX congress",
    "TODO EL MUNDO",
    "todo: nada",
    "exxxtra",
    "inserted",
    "We INSERTED it",
    "<https://union.example>",
    "a < b > c",
    "<office@ministry.example>",
    "my name is in your address",
]

# As templates have them, in the languages of our sources; each of these has been met or is the
# plain translation of one that has.
OF_TEMPLATES = """
[MP name]
(your phone number)
[nome e cognome]
[author/journalist/publisher?]
[Click here to find your MP]
[insert your reasons]
[Name of MP]
[Date]
[Your postcode]
(insert name)
(name of your union)
[add your own experience here]
[state your profession]
[Ihr Name und Adresse]
[Vor- und Nachname]
[Datum]
[Ort, Datum]
[nom du député]
[votre adresse]
[Prénom Nom]
[nombre y apellidos]
[su nombre]
[fecha]
[имя и фамилия]
[Имя, фамилия]
[дата]
(ваше имя)
[adınız soyadınız]
[Adınız]
[اسمك]
[نام شما]
[imię i nazwisko]
[data]
[podpis]
[nome completo]
[seu nome]
[uw naam]
[naam]
[jméno a příjmení]
[ім'я]
[Ваше ім'я]
[nama Anda]
[이름]
[성함]
[氏名]
[お名前]
[姓名]
[您的姓名]
[आपका नाम]
[το όνομά σας]
[ονοματεπώνυμο]
[név]
[numele dvs.]
[ditt namn]
[namn]
[Dear Sir/Madam]
Dear [Mr/Ms NAME],
[his/her]
Dear Sir/Madam [delete as applicable]
[delete as appropriate]
[SIGNATURE]
[signature]
{name}
{your name}
{{name}}
<<name>>
%NAME%
[ ]
( )
[describe how this affects you]
[choose one]
[optional: mention your job]
[insert MP]
[your constituency]
[organisation]
[letterhead]
[Firma]
(YOUR NAME)
(Name)
(name, city)
(nombre)
(votre nom)
(Ihr Name)
(firma)
(podpis)
<insert>
""".strip().split("\n")
LINES = """
Your name
Your address
Vor- und Nachname:
Name:
Address:
Tel.:
E-mail:
Nom :
Votre nom
Firma:
YOUR NAME
Ihre Straße
""".strip().split("\n")
ORDINARY = """
[1]
[sic]
[2012] EWHC 5
(see below)
[Mukhtar Dzhakishev]
(Aliya Example)
[and/or]
siglo XX
XXI century
in the XX century
Article XX
Article XXX
(ILO)
(2011)
(in Russian)
[emphasis added]
[translated from Russian]
(hereinafter the Company)
(the Minister of Justice)
[...]
(paragraph 4)
the name of the law
Article 5 (name of the office)
[ICCPR]
[Mangistau]
[our translation]
[Ed.]
[редакция]
(см. ниже)
(siehe unten)
(voir ci-dessous)
[his] lawyer
[the] court
[t]he
[T]hey
(she/her)
(and/or)
(his or her)
(men/women)
(a town in the west)
(also known as Zhanaozen)
[Annex A]
[Resolution 1325]
(yes/no)
24/7
(e.g. by post)
(member of parliament)
(signed)
(date of birth 1 May 1970)
""".strip().split("\n")


@pytest.mark.parametrize("text", LEFT)
@pytest.mark.parametrize("frame", ["{}", "Dear {}, good day", "«{}»"])
def test_a_leftover_is_found(text: str, frame: str) -> None:
    """What stands for something unwritten is found, wherever in a line it stands."""
    (found,) = find(frame.format(text))

    assert found.text.startswith(text)


@pytest.mark.parametrize("text", FINE)
def test_what_is_none(text: str) -> None:
    """Footnote marks, acronyms, an ellipsis, Spanish and the like are no leftovers."""
    assert find(f"We say {text} here.") == []


@pytest.mark.parametrize("text", OF_TEMPLATES)
def test_a_gap_of_a_template(text: str) -> None:
    """Brackets that name what to put there are gaps, in every language that writers use."""
    assert find(f"We say {text} here.")


@pytest.mark.parametrize("text", LINES)
def test_a_line_that_is_a_gap(text: str) -> None:
    """So is a line that is nothing but what should stand there, or a label without a value."""
    assert [one.text for one in find(f"Yours faithfully,\n\n{text}\n\nP.S. Answer.")] == [text]


@pytest.mark.parametrize("text", ["XX dwellings", "the XXXX road", "XX, a town", "XX."])
def test_capitals_that_stand_for_a_number(text: str) -> None:
    """XX as a whole word is a gap; beside a century, a congress or an article it is twenty."""
    assert find(f"They build {text}")


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_brackets(text: str) -> None:
    """Citations, remarks of an editor, names and acronyms in brackets raise no alarm, nor doubt."""
    told = f"We say {text} here."

    assert find(told) == []
    assert doubtful(told) == []


@pytest.mark.parametrize("text", ["[the minister]", "[if applicable]", "[our chosen delegate]"])
def test_doubtful_brackets(text: str) -> None:
    """Other words in square brackets are told as a doubt, and stop nothing."""
    told = f"We say {text} here."

    assert find(told) == []
    assert [one.text for one in doubtful(told)] == [text]


def test_places() -> None:
    """Leftovers come in their order, with line and column; overlapping ones count once."""
    text = "Dear [INSERT YOUR NAME],\n\nI live in ___ and <your town>.\n"

    assert find(text) == [
        Leftover(1, 6, "[INSERT YOUR NAME]"),
        Leftover(3, 11, "___"),
        Leftover(3, 19, "<your town>"),
    ]


def test_own_appeals_have_none() -> None:
    """The letters of the appeals that come with the program can go as they are.

    Where there are only demands, the writer's own words make the skeleton a letter.
    """
    written = [one for file in OWN_APPEALS for one in own_letters(file.stem, "Please act.")]

    assert written
    assert [one.leftovers for one in written if one.leftovers] == []
