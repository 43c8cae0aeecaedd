"""WuKong CRM 11 in miniature.

    POST /login                                     username, password -> adminToken
    POST /crm{Customer Contacts Leads Business}/queryPageList
    POST /crm{Customer Contacts Leads Business}/queryById/{id}
    POST /crm{Customer Contacts Leads Business}/field?type=1
    POST /crmCustomerPool/{queryPoolNameList queryPageList}
    POST /crmScene/queryScene?type=
    POST /crmActivity/getCrmActivityPageList        a page is a day, the newest first

Auth    ``Admin-Token`` header; a token lives seven days, and a second login of the same user kills
        the first; three wrong passwords lock the user for two minutes
Limits  none published; too many calls a second are HTTP 400 with code 403 in the body
Quirks  Business errors, and "not logged in" (302), are HTTP 200 with a code. Lists come from an
        index, at most 100 rows a page, by last change, newest first, then by id, highest first.
        Past page 100 the place is kept per user: a page out of turn is page 1 again, silently.
        Converted leads and customers without an owner hide from the ordinary list; a search by
        ids shows converted leads, too. A deleted record is simply no longer there (2064 by id).
        There is no bin to take things out of, no merging, no cases. Times are GMT+8 without saying
        so, and end at the second. No field says whether somebody wants mail: a custom one does.
On request  ``quiet_transfers``: converting a lead leaves its time of change alone, as far as the
        index is concerned. ``release`` gives a customer to the pool.
"""

from sandbox.wukong.api import Wukong

VENDOR = Wukong
