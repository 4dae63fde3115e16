"""Appeals in other languages and scripts, each with all that a page has words of its own for."""

from typing import Any

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
    "targets": [
        {
            "id": "ministry",
            "name": "Министерство труда",
            "role": "приёмная министра",
            "email": "office@ministry.example",
            "phone": "+7 495 555 01 01",
            "post": ["Министерство труда", "ул. Примерная, 1", "Портовск"],
        },
        {"name": "Harbour Company", "language": "en", "email": "office@harbour.example"},
        {"id": "embassy", "name": "Посольство", "lookup": "embassy"},
    ],
    "cc": [
        {"email": "press@dockers.example", "name": "Газета «Докер»", "optional": True},
        {"name": "Комитет защиты", "phone": "+7 495 555 01 02", "why": "Они ведут учёт писем."},
    ],
    "subject": None,
    "letter": None,
    "needs": ["own_words"],
    "letters": [
        {
            "id": "protest",
            "language": "ru",
            "subject": "Освободите забастовочный комитет",
            "body": "{{ salutation }}\n\nЯ живу в городе {{ sender.place }} и прошу освободить "
            "членов забастовочного комитета.\n\n{{ signature }}",
        },
        {
            "id": "protest",
            "language": "en",
            "subject": "Free the strike committee",
            "body": "{{ salutation }}\n\nFree the strike committee.\n\n{{ signature }}",
        },
    ],
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
    "targets": [
        {
            "id": "ministry",
            "name": "وزارة العمل",
            "role": "مكتب الوزير",
            "email": "office@ministry.example",
            "phone": "+20 2 555 01 01",
            "post": ["وزارة العمل", "شارع المثال 1", "المدينة"],
        },
        {"name": "Harbour Company", "language": "en", "email": "office@harbour.example"},
        {"id": "embassy", "name": "السفارة", "lookup": "embassy"},
    ],
    "cc": [
        {"email": "press@dockers.example", "name": "جريدة العمال", "optional": True},
        {"name": "لجنة الدفاع", "phone": "+20 2 555 01 02", "why": "تُحصي الرسائل."},
    ],
    "letters": [
        {
            "id": "protest",
            "language": "ar",
            "subject": "الحرية للجنة الإضراب",
            "body": "{{ salutation }}\n\nأعيش في {{ sender.place }} وأطالب بالإفراج عن أعضاء لجنة "
            "الإضراب.\n\n{{ signature }}",
        },
        RUSSIAN["letters"][1],
    ],
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
    "targets": [
        {
            "id": "ministry",
            "name": "労働省",
            "role": "大臣官房",
            "email": "office@ministry.example",
            "phone": "03 5555 0101",
            "post": ["労働省", "見本町1-1", "みなと市"],
        },
        {"name": "Harbour Company", "language": "en", "email": "office@harbour.example"},
        {"id": "embassy", "name": "大使館", "lookup": "embassy"},
    ],
    "cc": [
        {"email": "press@dockers.example", "name": "港湾新聞", "optional": True},
        {"name": "救援会", "phone": "03 5555 0102", "why": "手紙の数を記録しています。"},
    ],
    "letters": [
        {
            "id": "protest",
            "language": "ja",
            "subject": "ストライキ委員会の釈放を求めます",
            "body": "{{ salutation }}\n\n私は{{ sender.place }}に住んでいます。ストライキ委員会の"
            "三人の釈放を求めます。\n\n{{ signature }}",
        },
        RUSSIAN["letters"][1],
    ],
}
EMBASSIES = "FR: {name: Ambassade, email: a@fr.example}\nDE: {name: Botschaft, email: b@de.example}"
