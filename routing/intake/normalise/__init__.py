"""What arrived, brought into the forms that routing compares: one function, which never raises."""

from .keys import Keys, person_keys
from .lead import ATTRIBUTES_MOST, TEXT_LONGEST, Normalised, normalise

__all__ = ["ATTRIBUTES_MOST", "TEXT_LONGEST", "Keys", "Normalised", "normalise", "person_keys"]
