"""A vendor just big enough to try the frame on."""

from sandbox.clock import Clock, iso, millis, moment
from sandbox.happenings import CustomerDeleted, CustomerEdited, CustomerJoined
from sandbox.http import Request, Response
from sandbox.limits import RollingWindow
from sandbox.names import number
from sandbox.routing import route
from sandbox.store import Row
from sandbox.vendor import Vendor, hears


class Toy(Vendor):
    """Customers of a shop, a page at a time; its tokens can die."""

    name, system = "toy", "shop"

    def __init__(self, clock: Clock | None = None, *, per_minute: float = 1000) -> None:
        super().__init__(clock)
        self.customers = self.store.collection("customers", ("email",))
        self.limits["api"] = RollingWindow(per_minute, 60, self.seconds)
        self.token = "token-1"

    def credentials(self) -> dict[str, str]:
        """Give the token and the address."""
        return {"TOY_TOKEN": self.token, "TOY_URL": self.url}

    def expire_tokens(self) -> None:
        """Ask for another token from now on."""
        self.token = "token-2"

    def guard(self, request: Request) -> Response | None:
        """Check token and limit."""
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            return self.refuse(401)
        verdict = self.limits["api"].take()
        return None if verdict.allowed else self.refuse(429, "slow down", verdict.wait)

    @hears(CustomerJoined)
    def joined(self, fact: CustomerJoined) -> None:
        """Write a customer down."""
        at, record = millis(fact.at), number("customer", fact.key)
        text = f'{{"id":{record},"email":"{fact.email}","updated_at":"{iso(fact.at)}"}}'
        self.customers.put(Row(record, text, at, at, fact.key, extra={"email": fact.email}))

    @hears(CustomerEdited)
    def edited(self, fact: CustomerEdited) -> None:
        """Change a customer."""
        changes = {**fact.changes, "updated_at": iso(fact.at)}
        self.customers.edit(number("customer", fact.key), changes, millis(fact.at))

    @hears(CustomerDeleted)
    def deleted(self, fact: CustomerDeleted) -> None:
        """Mark a customer as gone."""
        self.customers.delete(number("customer", fact.key), millis(fact.at))

    @route("GET", "/customers")
    def list(self, request: Request) -> Response:
        """List living customers in order of id."""
        after, limit = int(request.arg("after", "0")), int(request.arg("limit", "2"))
        rows = self.customers.rows("id > ? and deleted_at is null", (after,), limit=limit)
        texts = self.shown("customers", [row.body for row in rows])
        return Response(200, f'{{"customers":[{",".join(texts)}]}}')

    @route("GET", "/customers/{customer}")
    def one(self, _: Request, customer: str) -> Response:
        """Give one customer."""
        row = self.customers.get(int(customer))
        return self.refuse(404) if row is None else Response(200, row.body)

    @route("POST", "/customers")
    def make(self, request: Request) -> Response:
        """Make a customer."""
        email = request.json()["email"]
        at = moment(self.millis())
        self.joined(CustomerJoined(key=email, at=at, email=email))
        return Response(201, {"id": number("customer", email)})
