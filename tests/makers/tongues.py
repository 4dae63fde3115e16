"""Appeals in other languages and scripts, each with all that a page has words of its own for."""

from typing import Any


def _targets(
    ministry: str, role: str, phone: str, post: list[str], embassy: str
) -> list[dict[str, Any]]:
    """A ministry, a company that reads English, and an embassy that depends on the writer."""
    return [
        {
            "id": "ministry",
            "name": ministry,
            "role": role,
            "email": "office@ministry.example",
            "phone": phone,
            "post": [ministry, *post],
        },
        {"name": "Harbour Company", "language": "en", "email": "office@harbour.example"},
        {"id": "embassy", "name": embassy, "lookup": "embassy"},
    ]


def _copies(paper: str, committee: str, phone: str, why: str) -> list[dict[str, Any]]:
    """A newspaper for who wants it, and a committee that has a telephone only."""
    return [
        {"email": "press@dockers.example", "name": paper, "optional": True},
        {"name": committee, "phone": phone, "why": why},
    ]


def _letters(language: str, subject: str, text: str) -> list[dict[str, Any]]:
    """One letter, in a language and in English."""
    english = ("en", "Free the strike committee", "Free the strike committee.")
    return [
        {
            "id": "protest",
            "language": tag,
            "subject": line,
            "body": f"{{{{ salutation }}}}\n\n{said}\n\n{{{{ signature }}}}",
        }
        for tag, line, said in ((language, subject, text), english)
    ]


RUSSIAN: dict[str, Any] = {
    "language": "ru",
    "title": "Свободу забастовочному комитету",
    "issued_by": {"name": "Профсоюз докеров"},
    "reference": "UA 7/26",
    "send_before": "2036-12-31",
    "summary": "Трое членов комитета уже месяц сидят в изоляторе за мирную забастовку.",
    "background": "В январе докеры ночной смены потребовали открыть столовую.",
    "demands": ["Немедленно освободить членов комитета.", "Начать переговоры."],
    "risk": "Не называйте имён свидетелей.",
    "guidance": ["Напишите, чем это касается лично вас."],
    "sources": [{"title": "Отчёт профсоюза", "url": "https://port.example/report"}],
    "updates": [{"date": "2026-02-03", "text": "Один из них объявил голодовку."}],
    "actions": [{"kind": "other", "text": "Расскажите об этом в своём профсоюзе."}],
    "targets": _targets(
        "Министерство труда",
        "приёмная министра",
        "+7 495 555 01 01",
        ["ул. Примерная, 1", "Портовск"],
        "Посольство",
    ),
    "cc": _copies("Газета «Докер»", "Комитет защиты", "+7 495 555 01 02", "Они ведут учёт писем."),
    "subject": None,
    "letter": None,
    "needs": ["own_words"],
    "letters": _letters(
        "ru",
        "Освободите забастовочный комитет",
        "Я живу в городе {{ sender.place }} и прошу освободить членов забастовочного комитета.",
    ),
}
ARABIC: dict[str, Any] = RUSSIAN | {
    "language": "ar",
    "title": "الحرية لأعضاء لجنة الإضراب",
    "issued_by": {"name": "نقابة عمال الميناء"},
    "summary": "يقبع ثلاثة من أعضاء اللجنة في السجن منذ شهر بسبب إضراب سلمي.",
    "background": "في يناير طالب عمال الوردية الليلية بفتح المطعم.",
    "demands": ["يُفرج فورًا عن أعضاء اللجنة.", "تبدأ المفاوضات."],
    "risk": "لا تذكروا أسماء الشهود.",
    "guidance": ["اكتبوا لماذا يعنيكم هذا الأمر."],
    "sources": [{"title": "تقرير النقابة", "url": "https://port.example/report/"}],
    "updates": [{"date": "2026-02-03", "text": "أعلن أحدهم إضرابًا عن الطعام."}],
    "actions": [{"kind": "other", "text": "حدّثوا نقابتكم عن هذا."}],
    "targets": _targets(
        "وزارة العمل", "مكتب الوزير", "+20 2 555 01 01", ["شارع المثال 1", "المدينة"], "السفارة"
    ),
    "cc": _copies("جريدة العمال", "لجنة الدفاع", "+20 2 555 01 02", "تُحصي الرسائل."),
    "letters": _letters(
        "ar",
        "الحرية للجنة الإضراب",
        "أعيش في {{ sender.place }} وأطالب بالإفراج عن أعضاء لجنة الإضراب.",
    ),
}
JAPANESE: dict[str, Any] = RUSSIAN | {
    "language": "ja",
    "title": "ストライキ委員会の釈放を求めます",
    "issued_by": {"name": "港湾労働組合"},
    "summary": "委員会の三人は、平和的なストライキのために、一か月前から拘束されています。",
    "background": "一月、夜勤の労働者たちは食堂の再開を求めました。",
    "demands": ["委員会の三人をただちに釈放すること。", "交渉を始めること。"],
    "risk": "証人の名前を書かないでください。",
    "guidance": ["なぜあなたにとって大切なことなのかを書いてください。"],
    "sources": [{"title": "組合の報告書", "url": "https://port.example/report"}],
    "updates": [{"date": "2026-02-03", "text": "一人がハンガーストライキを始めました。"}],
    "actions": [{"kind": "other", "text": "ご自分の組合で話してください。"}],
    "targets": _targets("労働省", "大臣官房", "03 5555 0101", ["見本町1-1", "みなと市"], "大使館"),
    "cc": _copies("港湾新聞", "救援会", "03 5555 0102", "手紙の数を記録しています。"),
    "letters": _letters(
        "ja",
        "ストライキ委員会の釈放を求めます",
        "私は{{ sender.place }}に住んでいます。ストライキ委員会の三人の釈放を求めます。",
    ),
}
EMBASSIES = "FR: {name: Ambassade, email: a@fr.example}\nDE: {name: Botschaft, email: b@de.example}"
