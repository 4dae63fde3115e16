"""A model letter before it is written: its judged templates, and the one made of demands alone."""

from typing import TYPE_CHECKING

from protestmail.appeals.appeal import Appeal, ModelLetter
from protestmail.letters import languages

if TYPE_CHECKING:
    from protestmail.letters.template import Template

SKELETON_GAP = "[WRITE HERE, IN YOUR OWN WORDS, WHY YOU WRITE]"


def models(appeal: Appeal, model: ModelLetter) -> "tuple[Template, Template]":
    """Judge the templates of a model's subject and body."""
    return judge(appeal, model.subject), judge(appeal, model.body)


def judge(appeal: Appeal, text: str) -> "Template":
    """Judge one template of an appeal, by the blanks that its letters have."""
    from protestmail.letters import template  # noqa: PLC0415  Jinja: 25 ms, where letters are written

    without = ("target",) if appeal.together else ()
    return template.judge(text, without=without, demands=appeal.demands)


def skeleton(appeal: Appeal) -> ModelLetter:
    """Make the model for an appeal that has demands and no letter; its writer must fill the gap."""
    words = languages.words(appeal.language)
    body = (
        "{{ salutation }}\n\n"
        f"{{% if own_words %}}{{{{ own_words }}}}{{% else %}}{SKELETON_GAP}{{% endif %}}\n\n\n"
        f"{words.ask}\n\n{{{{ demands }}}}\n\n{words.closing}\n\n{{{{ signature }}}}"
    )
    return ModelLetter("letter", appeal.language, "{{ appeal.title }}", body, skeleton=True)
