"""Words of the world that reading depends on."""

TITLES = """mr mrs ms miss mx dr prof professor sir lady lord dame hon rev reverend fr sr sra srta don dona
 herr frau mme mlle monsieur madame dott dottssa sig signora ing mag dipl baron baronet bart bt count countess earl
 duke duchess viscount viscountess marquess marquis captain capt col colonel gen general major maj lt sgt
 jr junior senior esq phd md mba ii iii iv 1st 2nd 3rd 4th 5th 6th 7th 8th 9th 10th 11th 12th 13th 14th 15th the of and
 pan pani shri smt kumari ji san sama haji hj dhr mevr hr fru""".split()
PARTICLES = """van von der den de del della di da do dos das du la le los las ter ten te vande vander zu zur zum
 al el bin ibn abu ben bint af av st san santa mac o y e""".split()
PLACEHOLDERS = """anonymous unknown none null na nan test tester guest customer client user firstname lastname
 first last name noname nobody xxx anonym gast kunde kundin unbekannt inconnu client cliente invitado ospite
 sconosciuto desconocido onbekend klant blank void deleted admin info n/a not provided notprovided
 undefined default dummy sample asdf qwerty abc tbd tba walkin laufkunde laufkundschaft barverkauf
 mostrador comptoir clienti klient klientka pokupatel roznichnyy detaliczny paragon vasarlo asiakas kund loskund
 consumidor consumidora pelatis""".split()
# Words that no person's name holds: who is called so is whoever was at the till.
NOBODY = """customer customers kunde kundin kunden laufkunde laufkundschaft barverkauf cliente clienti walkin anonymous anonym
 unknown unbekannt inconnu sconosciuto desconocido mostrador comptoir klient klientka pokupatel asdf asdfg qwerty dummy
 firstname lastname noname nobody consumidor consumidora vasarlo asiakas loskund pelatis onbekend""".split()
ROLES = """info sales support office admin contact hello help billing accounts accounting account invoice invoices finance
 hr jobs careers team mail email enquiries enquiry inquiries service services kundenservice kontakt buero verwaltung
 bestellung bestellungen rechnung rechnungen einkauf vertrieb buchhaltung contacto ventas administracion compras facturacion
 contabilidad soporte ayuda comercial contato vendas financeiro compras info1 contabilita acquisti amministrazione
 ufficio vendite segreteria commande commandes comptabilite achats accueil bonjour secretariat facturation ventes
 service-client serviceclient bestellingen boekhouding inkoop verkoop administratie zamowienia biuro ksiegowosc sprzedaz
 kontor faktura ordre order orders shop store webmaster postmaster noreply no-reply donotreply do-not-reply marketing press
 reception desk frontdesk warehouse logistics shipping purchasing procurement booking bookings reservations
 customerservice customercare orders-eu it helpdesk general main pos till kasse caja cassa caisse kassa""".split()
LEGAL = """ab ag aps as asa bv co comp company corp corporation cv doo eireli eood gmbh gbr inc incorporated
 jsc kft kg kk limited limitada llc llp lp ltd ltda mbh nv ohg oy oyj ou plc pte pty pvt private sa sab sac sarl sas sasu sca
 se sl slu snc spa spzoo spol srl sro sp zoo ug ulc vof zrt dd ad ooo oao zao pao tov uab sia kabushiki kaisha
 sdn bhd tbk pt cia holding holdings group the and und et y e of de""".split()
STREETS = {
    "street": "st", "str": "st", "strasse": "st", "straat": "st", "avenue": "ave", "av": "ave", "avn": "ave",
    "avenida": "ave", "avda": "ave", "road": "rd", "drive": "dr", "drv": "dr", "lane": "ln", "court": "ct", "crt": "ct",
    "boulevard": "blvd", "boul": "blvd", "bd": "blvd", "bld": "blvd", "place": "pl", "plaza": "pl", "platz": "pl", "plac": "pl", "square": "sq",
    "circle": "cir", "crescent": "cres", "cr": "cres", "terrace": "tce", "ter": "tce", "terr": "tce", "highway": "hwy", "parkway": "pkwy",
    "close": "cl", "apartment": "apt", "flat": "apt", "unit": "apt", "suite": "ste", "north": "n", "south": "s", "east": "e",
    "west": "w", "saint": "st", "calle": "c", "cl": "c", "carrer": "c", "rua": "r", "rue": "r", "piazza": "pza",
    "weg": "weg", "allee": "al", "ulica": "ul", "ulitsa": "ul", "prospekt": "pr", "prosp": "pr",
    "number": "", "no": "", "nr": "", "num": "", "n0": "", "gata": "gt", "gatan": "gt", "vej": "v", "gasse": "g", "chemin": "ch", "impasse": "imp",
    "trail": "trl", "mount": "mt", "heights": "hts", "grove": "gr", "gardens": "gdns", "garden": "gdns", "way": "wy",
}  # fmt: skip
