"""Countries as people spell them -> two-letter codes."""

from __future__ import annotations

import re

import phonenumbers

# Spellings in the country's own and the commonest other languages; two letters are codes already.
SPELLINGS = """
US usa|united states|united states of america|u s a|america|estados unidos|vereinigte staaten
GB uk|united kingdom|great britain|england|scotland|wales|northern ireland|gbr|grossbritannien
DE germany|deutschland|deu|allemagne|alemania|brd|germania|niemcy|duitsland
AT austria|osterreich|oesterreich|aut
CH switzerland|schweiz|suisse|svizzera|che
FR france|fra|frankreich|francia|frankrijk
ES spain|espana|esp|spanien|espagne
IT italy|italia|ita|italien|italie
PT portugal|prt
NL netherlands|nederland|holland|the netherlands|nld|niederlande
BE belgium|belgie|belgique|belgien|bel
LU luxembourg|luxemburg|lux
IE ireland|eire|irl
DK denmark|danmark|dnk
SE sweden|sverige|swe|schweden
NO norway|norge|nor
FI finland|suomi|fin
IS iceland|island|isl
PL poland|polska|pol|polen
CZ czech republic|czechia|cesko|ceska republika|cze
SK slovakia|slovensko|svk
HU hungary|magyarorszag|hun|ungarn
RO romania|rou
BG bulgaria|bgr|balgariya|bulgariya
GR greece|ellada|hellas|grc
TR turkey|turkiye|tur
UA ukraine|ukraina|ukrayina|ukr
RU russia|russian federation|rossiya|rossiia|rus
BY belarus|blr
LT lithuania|lietuva|ltu
LV latvia|latvija|lva
EE estonia|eesti|est
HR croatia|hrvatska|hrv
RS serbia|srbija|srb
SI slovenia|slovenija|svn
CA canada|can|kanada
MX mexico|mex
BR brazil|brasil|bra
AR argentina|arg
CL chile|chl
CO colombia|col
PE peru|per
AU australia|aus
NZ new zealand|nzl|aotearoa
JP japan|nippon|nihon|jpn|ri ben
CN china|chn|zhong guo|zhongguo|prc
TW taiwan|twn
HK hong kong|hkg
KR korea|south korea|republic of korea|kor|hanguk|daehanmingug
IN india|ind|bharat
PK pakistan|pak
BD bangladesh|bgd
ID indonesia|idn
MY malaysia|mys
SG singapore|sgp
TH thailand|tha
VN vietnam|viet nam|vnm
PH philippines|phl|pilipinas
IL israel|isr
AE united arab emirates|uae|are
SA saudi arabia|sau
EG egypt|egy
ZA south africa|zaf|suid afrika
NG nigeria|nga
KE kenya|ken
MA morocco|maroc|mar
"""
NAMES = {
    spelling: line[:2]
    for line in SPELLINGS.strip().splitlines()
    for spelling in line[3:].split("|")
}


def iso(folded: str | None) -> str | None:
    """Return the two-letter code of a folded country name; None if it is not known."""
    if not folded:
        return None
    text = re.sub(r" +", " ", folded)
    if len(text) == 2:
        return {"UK": "GB"}.get(text.upper(), text.upper())
    return NAMES.get(text)


def of_calling_code(code: int) -> str | None:
    """Return the country that a calling code mainly serves."""
    region: str = phonenumbers.region_code_for_country_code(code)
    return region if region.isalpha() else None
