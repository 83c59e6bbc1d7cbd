"""What somebody chose for an object: kept, checked, and mapped field by field.

``choices`` gives the settings that are in force, ``checking`` says what cannot be,
``mappings`` which fields can be mapped, ``remapping`` what a new mapping does to links.
"""

from __future__ import annotations
