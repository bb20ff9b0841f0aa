"""All kinds of files there are, each with its plan."""

from webapp.actions.importing.entries import ENTRIES
from webapp.actions.importing.plan import Plan
from webapp.actions.importing.registers import REGISTERS
from webapp.rules.exchange.forms import Kind

PLANS: dict[Kind, Plan] = REGISTERS | ENTRIES
