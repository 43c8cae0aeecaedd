"""What happened, when, and how it ended: the memory that every verdict and brief is read from."""

from core.ledger.counted import Counted, Horizon
from core.ledger.decision import Decision
from core.ledger.ledger import Ledger
from core.ledger.profile import NightProfile, Profile
from core.ledger.run import NightRecord, Run, RunLog, RunState, SchemaChange, TableRows
from core.ledger.volume import Volume

__all__ = [
    "Counted",
    "Decision",
    "Horizon",
    "Ledger",
    "NightProfile",
    "NightRecord",
    "Profile",
    "Run",
    "RunLog",
    "RunState",
    "SchemaChange",
    "TableRows",
    "Volume",
]
