"""The engine that keeps records in step with what is elsewhere.

``inbound.store`` keeps a delivery before it is answered; ``tasks`` turns hints into as
few calls as possible; ``pull`` fetches; ``apply`` writes through the one door. The
connector's streams say what maps to what.
"""

from __future__ import annotations
