"""What every estimator has in common, as scikit-learn expects, without needing it."""

from __future__ import annotations

import inspect
from typing import Any, Self


def several(texts: object) -> None:
    """TypeError for one text where a list is wanted: its letters are no texts."""
    if isinstance(texts, (str, bytes)):
        raise TypeError("Give a list of texts, not one string.")


class Estimator:
    """Keeps what it was told under the same names; learning sets names ending in `_`.

    Source: the conventions of scikit-learn (Buitinck et al. 2013), so that `clone`,
    pipelines and searches of that library work.
    """

    @classmethod
    def _names(cls) -> list[str]:
        return [name for name in inspect.signature(cls).parameters if name != "self"]

    def get_params(self, deep: bool = True) -> dict[str, Any]:  # noqa: FBT001, FBT002
        """The settings by name; `deep` is accepted for scikit-learn."""
        return {name: getattr(self, name) for name in self._names()}

    def set_params(self, **params: Any) -> Self:
        """Change settings; ValueError for one that does not exist."""
        for name, value in params.items():
            if name not in self._names():
                raise ValueError(f"{type(self).__name__} has no setting {name!r}.")
            setattr(self, name, value)
        return self

    def __repr__(self) -> str:
        usual = inspect.signature(type(self)).parameters
        told = [
            f"{name}={value!r}"
            for name, value in self.get_params().items()
            if value != usual[name].default
        ]
        return f"{type(self).__name__}({', '.join(told)})"
