"""Salesforce Sales and Service Cloud in miniature.

    POST /services/oauth2/token                       client_credentials, refresh_token
    GET  /services/data                               versions
    GET  /services/data/v{n}/sobjects[/{X}/describe]
    GET  /services/data/v{n}/query | queryAll?q=      SOQL, 2,000 rows a page
    GET  /services/data/v{n}/query/{locator}          the next page
    POST /services/data/v{n}/jobs/query               Bulk API 2.0 query jobs; GET, DELETE {id}
    GET  /services/data/v{n}/jobs/query/{id}/results  CSV by Sforce-Locator
    GET  /services/data/v{n}/limits

Docs    https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/
Auth    Bearer from the token endpoint, good for two hours, which the answer does not say; the
        answer has instance_url. A refresh token changes at each use.
Limits  100,000 calls in 24 hours, told in Sforce-Limit-Info; then 403 REQUEST_LIMIT_EXCEEDED with
        no Retry-After. 10,000 query jobs in 24 hours.
Quirks  Times are to the second. A deleted record is in queryAll with IsDeleted for 15 days, then
        gone; a merged one names its winner in MasterRecordId; an erased one leaves nothing. A
        write may show seconds after its own SystemModstamp. Describe leaves out what field-level
        security hides. Bulk refuses compound fields and COUNT, and leaves null cells empty.
Not as there  Deleting an account does not delete its contacts; SOQL is one object, AND, OR, NOT,
        IN, LIKE, ORDER BY and LIMIT, no relations and no date words.
"""

from sandbox.salesforce.org import Salesforce

VENDOR = Salesforce
