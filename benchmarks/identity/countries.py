"""Countries, as far as records show them: phones, spellings, mail providers, legal forms.

Shares are of the cast. A phone series is a prefix of the national number and the lowest number
behind it, as wide as what is left: ``2125|2000000`` hands out 2125 followed by seven digits of at
least 2,000,000. The shapes are those the numbering plans use; the numbers are nobody's on purpose.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Country:
    """One country.

    Attributes:
        code: ISO 3166.
        share: Of the cast, in hundredths.
        locale: Whose names and places; as faker calls it.
        calling: Without a plus.
        trunk: What a national number starts with; "" where nothing.
        mobiles: Series of mobile numbers.
        landlines: Series of others.
        spellings: How records write the country.
        mail: Where its people have mailboxes, beside Gmail.
        forms: Legal forms of its companies.
        family_first: Full names are written family name first.
        regions: ``name/spelling/spelling``, each region with its other spellings.
    """

    code: str
    share: int
    locale: str
    calling: str
    trunk: str
    mobiles: tuple[str, ...]
    landlines: tuple[str, ...]
    spellings: tuple[str, ...]
    mail: tuple[str, ...]
    forms: tuple[str, ...]
    family_first: bool = False
    regions: tuple[tuple[str, ...], ...] = ()


def _country(code: str, head: str, phones: str, words: str, regions: str = "") -> Country:
    share, locale, calling, trunk, order = head.split(",")
    mobiles, landlines = phones.split(";")
    spellings, mail, forms = words.split(";")
    return Country(
        code=code,
        share=int(share),
        locale=locale,
        calling=calling,
        trunk=trunk,
        mobiles=tuple(mobiles.split()),
        landlines=tuple(landlines.split()),
        spellings=tuple(spellings.split(",")),
        mail=tuple(mail.split()),
        forms=tuple(forms.split(",")),
        family_first=order == "family",
        regions=tuple(tuple(region.split("/")) for region in regions.split(",") if region),
    )


COUNTRIES = (
    _country(
        "US",
        "18,en_US,1,,given",
        "917|2000000 310|2000000 415|2000000;212|2000000 312|2000000",
        "US,USA,United States,U.S.A.,us,United States of America;"
        "yahoo.com hotmail.com aol.com icloud.com;Inc.,LLC,Corp.",
        "California/CA/Calif./CALIFORNIA/ca,New York/NY/N.Y.,Texas/TX/Tex.,Florida/FL/Fla.,"
        "Illinois/IL/Ill.,Washington/WA/Wash.,Massachusetts/MA/Mass.,Ohio/OH,Georgia/GA/Ga.",
    ),
    _country(
        "GB",
        "9,en_GB,44,0,given",
        "74|00000000 77|00000000;207|2000000 161|2000000",
        "GB,UK,United Kingdom,Great Britain,England,U.K.;btinternet.com hotmail.co.uk;"
        "Ltd,Limited,plc",
    ),
    _country(
        "DE",
        "10,de_DE,49,0,given",
        "170|0000000 151|10000000 176|10000000;30|20000000 89|20000000",
        "DE,Deutschland,Germany,GER,Bundesrepublik Deutschland;gmx.de web.de t-online.de;"
        "GmbH,AG,e.K.,GmbH & Co. KG",
        "Nordrhein-Westfalen/NRW/NW/North Rhine-Westphalia,Bayern/BY/Bavaria,"
        "Baden-Württemberg/BW/Baden-Wuerttemberg,Sachsen/SN/Saxony,Hessen/HE/Hesse",
    ),
    _country(
        "FR",
        "7,fr_FR,33,0,given",
        "6|10000000 7|50000000;1|40000000",
        "FR,France,FRA,france;orange.fr free.fr laposte.net;SARL,SAS,SA",
    ),
    _country(
        "ES",
        "5,es_ES,34,,given",
        "6|10000000 6|50000000;91|2000000 93|2000000",
        "ES,España,Spain,ESP,Espana;hotmail.es telefonica.net;S.L.,S.A.",
        "Madrid/MD/Comunidad de Madrid,Cataluña/CT/Catalonia/Catalunya,"
        "Andalucía/AN/Andalusia,País Vasco/PV/Euskadi",
    ),
    _country(
        "MX",
        "4,es_MX,52,,given",
        "55|10000000 55|50000000;33|10000000",
        "MX,México,Mexico,MEX;hotmail.com prodigy.net.mx;S.A. de C.V.,S. de R.L.",
        "Ciudad de México/CDMX/Distrito Federal/D.F.,Jalisco/JAL,Nuevo León/NL/Nuevo Leon",
    ),
    _country(
        "BR",
        "6,pt_BR,55,0,given",
        "119|60000000 219|70000000;11|20000000",
        "BR,Brasil,Brazil,BRA;uol.com.br bol.com.br terra.com.br;Ltda,S/A,ME",
        "São Paulo/SP/Sao Paulo,Rio de Janeiro/RJ,Minas Gerais/MG,Paraná/PR/Parana",
    ),
    _country(
        "IT",
        "5,it_IT,39,,given",
        "347|1000000 333|1000000;02|20000000 06|20000000",
        "IT,Italia,Italy,ITA;libero.it virgilio.it alice.it;S.r.l.,S.p.A.",
    ),
    _country(
        "NL",
        "4,nl_NL,31,0,given",
        "6|10000000 6|40000000;20|2000000 10|2000000",
        "NL,Nederland,Netherlands,The Netherlands,Holland;ziggo.nl kpnmail.nl;B.V.,N.V.",
    ),
    _country(
        "PL",
        "4,pl_PL,48,,given",
        "51|1000000 60|1000000;22|2000000",
        "PL,Polska,Poland,POL;wp.pl onet.pl o2.pl;Sp. z o.o.,S.A.",
    ),
    _country(
        "SE",
        "3,sv_SE,46,0,given",
        "70|1000000 73|0000000;8|50000000",
        "SE,Sverige,Sweden,SWE;telia.com hotmail.se;AB,HB",
    ),
    _country(
        "TR",
        "3,tr_TR,90,0,given",
        "53|10000000 54|10000000;212|2000000",
        "TR,Türkiye,Turkey,Turkiye;mynet.com hotmail.com;A.Ş.,Ltd. Şti.",
    ),
    _country(
        "RU",
        "5,ru_RU,7,8,given",
        "916|1000000 903|1000000;495|2000000",
        "RU,Россия,Russia,Russian Federation,РФ;mail.ru yandex.ru rambler.ru;ООО,ЗАО,LLC",
    ),
    _country(
        "HU",
        "2,hu_HU,36,06,family",
        "20|2000000 30|2000000;1|2000000",
        "HU,Magyarország,Hungary,Magyarorszag;freemail.hu citromail.hu;Kft.,Zrt.",
    ),
    _country(
        "GR",
        "2,el_GR,30,,given",
        "69|40000000 69|70000000;210|2000000",
        "GR,Ελλάδα,Greece,Ellada,Hellas;otenet.gr yahoo.gr;Α.Ε.,Ε.Π.Ε.",
    ),
    _country(
        "JP",
        "4,ja_JP,81,0,family",
        "90|10000000 80|10000000;3|30000000",
        "JP,日本,Japan,JPN;docomo.ne.jp yahoo.co.jp;株式会社,K.K.",
    ),
    _country(
        "CN",
        "4,zh_CN,86,0,family",
        "138|00000000 139|00000000 186|00000000;10|50000000",
        "CN,中国,China,PRC;qq.com 163.com 126.com;有限公司,Co. Ltd.",
    ),
    _country(
        "IN",
        "3,en_IN,91,0,given",
        "98|10000000 99|10000000;11|20000000",
        "IN,India,Bharat,IND;rediffmail.com yahoo.co.in;Pvt. Ltd.,Pvt Ltd",
        "Maharashtra/MH,Karnataka/KA,Tamil Nadu/TN/Tamilnadu,Delhi/DL/New Delhi",
    ),
    _country(
        "SA",
        "2,ar_SA,966,0,given",
        "50|1000000 55|1000000;11|4000000",
        "SA,السعودية,Saudi Arabia,KSA;hotmail.com outlook.sa;Est.,Co.",
    ),
)
