"""An old CRM in a SQLite file: contacts and companies, and no way to them but SQL.

    contacts    id, first, last, mail, phone, company, job, street, zip, city, country,
                no_mail (0, 1), merged_into, changed (UTC, as 2026-01-05 02:00:00), dead (0, 1)
    companies   id, title, domain, telephone, industry, staff, changed; a row that goes is gone

Quirks      A contact is flagged and stays; a merged one says into whom. A company's row vanishes.
            ``changed`` is stamped when it hears of something, to the second.
On request  ``spoil``: ``keyless`` a contact has no id; ``types`` a company's staff is words;
            ``reordered`` the columns of companies stand the other way round; ``empty`` they are
            all gone at once.
"""

from sandbox.database.crm import Database

VENDOR = Database
