"""Where people come from: names, places, phones and money of seventeen countries.

Names in other scripts than Latin carry their Latin form after a bar. Phone patterns are mobile
numbers without the country code; # is a digit. Everything here is made up from common names.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Locale:
    """One country. ``trunk`` is what a national number starts with; places are city|region|post."""

    code: str
    country: str
    calling: str
    trunk: str
    phone: str
    currency: str
    mail: str
    street: str
    first: tuple[str, ...]
    last: tuple[str, ...]
    places: tuple[str, ...]


RATES = {"EUR": 100, "USD": 110, "GBP": 85, "JPY": 160, "KWD": 330}
"""Minor units that one euro makes, roughly: yen have none, a dinar has a thousand fils."""


def minor(euro_cents: int, currency: str) -> int:
    """Give a price in minor units of a currency."""
    return euro_cents * RATES[currency] // 100


def _locale(head: str, first: str, last: str, places: str) -> Locale:
    code, country, calling, trunk, phone, currency, mail, street = head.split(";")
    return Locale(
        code=code,
        country=country,
        calling=calling,
        trunk=trunk.strip(),
        phone=phone,
        currency=currency,
        mail=mail,
        street=street,
        first=tuple(first.split(",")),
        last=tuple(last.split(",")),
        places=tuple(places.split(",")),
    )


LOCALES = (
    _locale(
        "de-DE;DE;49;0;1512#######;EUR;post.example;Lindenstraße",
        "Anna,Jürgen,Katharina,Björn,Sören,Ursula,Maximilian,Heike,Günther,Lena,Jonas,Käthe,Moritz,"
        "Sabine,Uwe,Frieda,Tobias,Annegret,Lukas,Mathilde",
        "Müller,Schmidt,Weiß,Schäfer,Köhler,Vogel,Krüger,Böhm,Jäger,Lehmann,Großmann,Winter,"
        "Brandt,Hübner,Seidel,Kühn,Voß,Zimmermann,Pohl,Engel",
        "Berlin|BE|10115,Hamburg|HH|20095,München|BY|80331,Köln|NW|50667,Dresden|SN|01067",
    ),
    _locale(
        "en-GB;GB;44;0;7400######;GBP;mail.example;Church Lane",
        "Oliver,Amelia,George,Isla,Harry,Ava,Robert,Margaret,William,Elizabeth,Thomas,Charlotte,"
        "Edward,Florence,Samuel,Poppy,Benjamin,Grace,Daniel,Siân",
        "Smith,Jones,Taylor,Brown,Davies,Evans,Wilson,Thomas,O'Brien,Roberts,Walker,Wright,"
        "Hughes,Green,Hall,Wood,Clarke,Jackson,MacLeod,Fitzgerald-Hart",
        "London|LND|SW1A 1AA,Leeds|LDS|LS1 4DY,Cardiff|CRF|CF10 1EP,Glasgow|GLG|G1 1XQ",
    ),
    _locale(
        "en-US;US;1; ;2125######;USD;inbox.example;Maple Avenue",
        "James,Mary,Michael,Patricia,Robert,Jennifer,Joshua,Linda,Anthony,Barbara,Matthew,Susan,"
        "Christopher,Jessica,Andrew,Sarah,Nathaniel,Karen,Jacob,Emily",
        "Johnson,Williams,Miller,Davis,Garcia,Rodriguez,Martinez,Hernandez,Lopez,Anderson,Moore,"
        "Martin,Lee,Thompson,White,Harris,Clark,Lewis,Robinson,Young",
        "New York|NY|10001,Boston|MA|02108,Austin|TX|73301,Seattle|WA|98101,Newark|NJ|07102",
    ),
    _locale(
        "fr-FR;FR;33;0;612######;EUR;courrier.example;Rue des Écoles",
        "Camille,Léa,François,Hélène,Théo,Zoé,Jérôme,Aurélie,Rémi,Chloé,Benoît,Élodie,Gaël,Inès,"
        "Mathieu,Noémie,Loïc,Océane,Stéphane,Anaïs",
        "Martin,Bernard,Dubois,Lefèvre,Moreau,Girard,Bonnet,François,Mercier,Guérin,Boyer,Chevalier,"
        "Gauthier,Perrin,Robin,Clément,Béranger,Noël,Lacroix,Deschênes",
        "Paris|IDF|75001,Lyon|ARA|69001,Nîmes|OCC|30000,Orléans|CVL|45000",
    ),
    _locale(
        "es-ES;ES;34; ;612######;EUR;correo.example;Calle Mayor",
        "Lucía,José,María,Álvaro,Sofía,Iñaki,Carmen,Andrés,Begoña,Javier,Marta,Raúl,Elena,Óscar,"
        "Nuria,Sergio,Inés,Rubén,Pilar,Íñigo",
        "García,Fernández,González,Rodríguez,López,Martínez,Sánchez,Pérez,Gómez,Muñoz,Álvarez,"
        "Romero,Navarro,Núñez,Iglesias,Ibáñez,Peña,Castaño,Vidal,Ordóñez",
        "Madrid|MD|28001,Sevilla|AN|41001,Logroño|RI|26001,Málaga|AN|29001",
    ),
    _locale(
        "it-IT;IT;39; ;347#######;EUR;posta.example;Via Garibaldi",
        "Giulia,Matteo,Chiara,Niccolò,Francesca,Lorenzo,Elisa,Davide,Noemi,Gabriele,Ilaria,Andrea,"
        "Beatrice,Simone,Martina,Luca,Serena,Tommaso,Marta,Pietro",
        "Rossi,Russo,Ferrari,Esposito,Bianchi,Romano,Colombo,Ricci,Marino,Greco,Bruno,Gallo,Conti,"
        "De Luca,Costa,Giordano,Mancini,Rizzo,Lombardi,D'Amico",
        "Roma|RM|00118,Milano|MI|20121,Torino|TO|10121,Forlì|FC|47121",
    ),
    _locale(
        "pl-PL;PL;48; ;512######;EUR;poczta.example;ulica Długa",
        "Agnieszka,Łukasz,Małgorzata,Paweł,Zofia,Michał,Joanna,Wojciech,Kasia,Stanisław,Ewa,Bartosz,"
        "Aleksandra,Grzegorz,Beata,Krzysztof,Marta,Tomasz,Halina,Świętosław",
        "Nowak,Kowalski,Wiśniewski,Wójcik,Kamiński,Lewandowski,Zieliński,Szymański,Woźniak,Dąbrowski,"
        "Kozłowski,Jankowski,Mazur,Krawczyk,Piątek,Grabowski,Król,Wróbel,Zając,Pawłowski",
        "Warszawa|MZ|00-001,Kraków|MA|30-001,Łódź|LD|90-001,Gdańsk|PM|80-001",
    ),
    _locale(
        "tr-TR;TR;90;0;532#######;EUR;posta.example;İstiklal Caddesi",
        "Ayşe,Mehmet,Fatma,Çağrı,Elif,Ömer,Zeynep,İbrahim,Gülşen,Uğur,Şebnem,Emre,Yağmur,Kerem,Işıl,"
        "Oğuz,Sevgi,Barış,Nilüfer,Ümit",
        "Yılmaz,Kaya,Demir,Çelik,Şahin,Yıldız,Öztürk,Aydın,Özdemir,Arslan,Doğan,Kılıç,Aslan,Çetin,"
        "Koç,Kurt,Güneş,Işık,Şimşek,Bulut",
        "İstanbul|34|34000,Ankara|06|06000,İzmir|35|35000,Eskişehir|26|26000",
    ),
    _locale(
        "sv-SE;SE;46;0;70#######;EUR;brev.example;Storgatan",
        "Åsa,Erik,Linnéa,Göran,Elsa,Björn,Märta,Lars,Ebba,Håkan,Ida,Nils,Maja,Anders,Sigrid,Oskar,"
        "Tove,Mårten,Annika,Örjan",
        "Andersson,Johansson,Karlsson,Nilsson,Eriksson,Larsson,Olsson,Persson,Åkesson,Gustafsson,"
        "Pettersson,Jonsson,Hansson,Bengtsson,Jönsson,Lindström,Öberg,Sjöberg,Nyström,Ekdahl",
        "Stockholm|AB|111 20,Malmö|M|211 19,Göteborg|O|411 03,Umeå|AC|903 20",
    ),
    _locale(
        "pt-BR;BR;55;0;1199#######;USD;correio.example;Rua das Flores",
        "João,Mariana,Antônio,Conceição,Luís,Beatriz,Thiago,Lívia,Caio,Letícia,Gabriel,Júlia,Rafael,"
        "Larissa,Vinícius,Débora,Otávio,Simone,Murilo,Íris",
        "Silva,Santos,Oliveira,Souza,Lima,Pereira,Ferreira,Araújo,Ribeiro,Gonçalves,Barbosa,Rocha,"
        "Dias,Monteiro,Cardoso,Assunção,Teixeira,Brandão,Moura,Simões",
        "São Paulo|SP|01001-000,Belém|PA|66010-000,Curitiba|PR|80010-000",
    ),
    _locale(
        "uk-UA;UA;380;0;50#######;EUR;poshta.example;вулиця Садова",
        "Олена|Olena,Андрій|Andrii,Наталія|Nataliia,Іван|Ivan,Юлія|Yuliia,Петро|Petro,Оксана|Oksana,"
        "Тарас|Taras,Ганна|Hanna,Богдан|Bohdan,Ірина|Iryna,Максим|Maksym,Леся|Lesia,Остап|Ostap,"
        "Марія|Mariia,Роман|Roman,Софія|Sofiia,Павло|Pavlo,Катерина|Kateryna,Ігор|Ihor",
        "Шевченко|Shevchenko,Коваленко|Kovalenko,Бондаренко|Bondarenko,Ткаченко|Tkachenko,"
        "Мельник|Melnyk,Кравченко|Kravchenko,Олійник|Oliinyk,Лисенко|Lysenko,Гончар|Honchar,"
        "Поліщук|Polishchuk,Савченко|Savchenko,Руденко|Rudenko,Мороз|Moroz,Левченко|Levchenko,"
        "Гнатюк|Hnatiuk,Сорока|Soroka,Білик|Bilyk,Чорний|Chornyi,Зінченко|Zinchenko,Юрченко|Yurchenko",
        "Київ|30|01001,Львів|46|79000,Одеса|51|65000",
    ),
    _locale(
        "el-GR;GR;30; ;694#######;EUR;epistoli.example;Οδός Ερμού",
        "Μαρία|Maria,Γιώργος|Giorgos,Ελένη|Eleni,Δημήτρης|Dimitris,Κατερίνα|Katerina,Νίκος|Nikos,"
        "Σοφία|Sofia,Κώστας|Kostas,Άννα|Anna,Γιάννης|Giannis,Βασιλική|Vasiliki,Πέτρος|Petros,"
        "Ζωή|Zoi,Ανδρέας|Andreas,Ειρήνη|Eirini,Στέλιος|Stelios,Χριστίνα|Christina,Μάριος|Marios,"
        "Δέσποινα|Despina,Θανάσης|Thanasis",
        "Παπαδόπουλος|Papadopoulos,Οικονόμου|Oikonomou,Γεωργίου|Georgiou,Νικολάου|Nikolaou,"
        "Βασιλείου|Vasileiou,Ιωάννου|Ioannou,Δημητρίου|Dimitriou,Καραγιάννης|Karagiannis,"
        "Μακρής|Makris,Αθανασίου|Athanasiou,Σταύρου|Stavrou,Αλεξίου|Alexiou,Ζαχαρίου|Zachariou,"
        "Λάμπρου|Lamprou,Ρήγας|Rigas,Φωτίου|Fotiou,Χατζής|Chatzis,Αγγέλου|Angelou,Κοντός|Kontos,"
        "Μελάς|Melas",
        "Αθήνα|I|105 57,Θεσσαλονίκη|B|546 24,Πάτρα|G|262 21",
    ),
    _locale(
        "ar-KW;KW;965; ;50######;KWD;bareed.example;شارع الخليج",
        "محمد|Mohammed,فاطمة|Fatima,أحمد|Ahmad,نورة|Noura,خالد|Khaled,مريم|Maryam,يوسف|Yousef,"
        "عائشة|Aisha,عبدالله|Abdullah,هند|Hind,علي|Ali,سارة|Sara,حسين|Hussain,دلال|Dalal,"
        "سالم|Salem,لطيفة|Latifa,فيصل|Faisal,شيخة|Shaikha,ناصر|Nasser,ريم|Reem",
        "العتيبي|Al-Otaibi,المطيري|Al-Mutairi,العنزي|Al-Enezi,الشمري|Al-Shammari,الرشيدي|Al-Rashidi,"
        "العجمي|Al-Ajmi,الهاجري|Al-Hajri,الكندري|Al-Kandari,البلوشي|Al-Balushi,الصالح|Al-Saleh,"
        "الخالدي|Al-Khaldi,العازمي|Al-Azmi,الفضلي|Al-Fadhli,الظفيري|Al-Dhafiri,السعيد|Al-Saeed,"
        "الحربي|Al-Harbi,القحطاني|Al-Qahtani,الدوسري|Al-Dosari,الياسين|Al-Yaseen,النصار|Al-Nassar",
        "الكويت|KU|13001,حولي|HA|32001,السالمية|HA|22001",
    ),
    _locale(
        "he-IL;IL;972;0;502######;USD;doar.example;רחוב הרצל",
        "נועה|Noa,יוסי|Yossi,תמר|Tamar,דוד|David,שירה|Shira,אבי|Avi,מיכל|Michal,איתן|Eitan,"
        "רחל|Rachel,עומר|Omer,יעל|Yael,משה|Moshe,הדס|Hadas,גיא|Guy,ליאת|Liat,אורי|Uri,"
        "רוני|Roni,אסף|Asaf,דנה|Dana,נדב|Nadav",
        "כהן|Cohen,לוי|Levi,מזרחי|Mizrahi,פרץ|Peretz,ביטון|Biton,דהן|Dahan,אברהם|Avraham,"
        "פרידמן|Friedman,מלכה|Malka,אזולאי|Azulai,כץ|Katz,יוסף|Yosef,דוד|David,עמר|Amar,"
        "אוחיון|Ohayon,חדד|Hadad,גבאי|Gabay,אדרי|Edri,לביא|Lavie,שפירא|Shapira",
        "תל אביב|TA|6100000,ירושלים|JM|9100000,חיפה|HA|3100000",
    ),
    _locale(
        "ja-JP;JP;81;0;901#######;JPY;yubin.example;中央通り",
        "陽菜|Hina,蓮|Ren,さくら|Sakura,大翔|Hiroto,結衣|Yui,健太|Kenta,美咲|Misaki,拓也|Takuya,"
        "花子|Hanako,翔太|Shota,由美|Yumi,直樹|Naoki,恵|Megumi,誠|Makoto,彩|Aya,隆|Takashi,"
        "真由|Mayu,亮|Ryo,千尋|Chihiro,修|Osamu",
        "佐藤|Sato,鈴木|Suzuki,高橋|Takahashi,田中|Tanaka,伊藤|Ito,渡辺|Watanabe,山本|Yamamoto,"
        "中村|Nakamura,小林|Kobayashi,加藤|Kato,吉田|Yoshida,山田|Yamada,佐々木|Sasaki,松本|Matsumoto,"
        "井上|Inoue,木村|Kimura,林|Hayashi,清水|Shimizu,森|Mori,池田|Ikeda",
        "東京|13|100-0001,大阪|27|530-0001,札幌|01|060-0001",
    ),
    _locale(
        "hi-IN;IN;91;0;981#######;USD;daak.example;गांधी मार्ग",
        "आरव|Aarav,प्रिया|Priya,राहुल|Rahul,अंजलि|Anjali,विकास|Vikas,नेहा|Neha,अमित|Amit,पूजा|Pooja,"
        "संजय|Sanjay,कविता|Kavita,रोहन|Rohan,दीपा|Deepa,अर्जुन|Arjun,मीना|Meena,करण|Karan,सुनीता|Sunita,"
        "विजय|Vijay,रेखा|Rekha,मनोज|Manoj,गीता|Geeta",
        "शर्मा|Sharma,वर्मा|Verma,गुप्ता|Gupta,सिंह|Singh,पटेल|Patel,कुमार|Kumar,जोशी|Joshi,मेहता|Mehta,"
        "राव|Rao,नायर|Nair,अय्यर|Iyer,चौधरी|Chaudhary,मिश्रा|Mishra,पांडे|Pandey,यादव|Yadav,शाह|Shah,"
        "कपूर|Kapoor,मल्होत्रा|Malhotra,भट्ट|Bhatt,दास|Das",
        "दिल्ली|DL|110001,मुंबई|MH|400001,पुणे|MH|411001",
    ),
    _locale(
        "vi-VN;VN;84;0;901######;USD;thu.example;Đường Lê Lợi",
        "Nguyên,Hương,Đức,Thảo,Minh,Ánh,Hùng,Ngọc,Quân,Trang,Dũng,Phương,Tuấn,Yến,Khánh,Thủy,Bảo,"
        "Hạnh,Long,Mỹ",
        "Nguyễn,Trần,Lê,Phạm,Hoàng,Phan,Vũ,Đặng,Bùi,Đỗ,Hồ,Ngô,Dương,Lý,Trịnh,Đinh,Lâm,Đoàn,Mai,Tô",
        "Hà Nội|HN|100000,Đà Nẵng|DN|550000,Huế|26|530000",
    ),
)

NICKNAMES = {
    "Robert": "Bob",
    "Margaret": "Peggy",
    "William": "Bill",
    "Elizabeth": "Liz",
    "Thomas": "Tom",
    "Katharina": "Kathi",
    "Maximilian": "Max",
    "Christopher": "Chris",
    "Jennifer": "Jen",
    "Patricia": "Pat",
    "Michael": "Mike",
    "James": "Jim",
    "Benjamin": "Ben",
    "Samuel": "Sam",
    "Daniel": "Dan",
    "Nathaniel": "Nate",
    "Francesca": "Franci",
    "Agnieszka": "Aga",
    "Małgorzata": "Gosia",
    "José": "Pepe",
    "Giorgos": "George",
    "Aleksandra": "Ola",
    "Edward": "Ted",
    "Matthew": "Matt",
    "Joshua": "Josh",
    "Stanisław": "Staszek",
}
