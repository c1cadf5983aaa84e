"""Who may use a view, said beside the view. The guard of the app (``web/auth``) refuses what says nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, ParamSpec

P = ParamSpec("P")


@dataclass(frozen=True)
class Access:
    """Who may use a view.

    ``api`` is for programs: a conversation's token where ``customers`` is set, staff who carry ``permission`` where one is,
    a program of the company whose key has ``scope`` where one is.
    """

    kind: Literal["public", "signed_in", "permission", "own_door", "api"]
    permission: str | None = None
    door: str | None = None
    customers: bool = False
    scope: str | None = None


def public(view: Callable[P, Any]) -> Callable[P, Any]:
    """Anyone."""
    return _mark(view, Access("public"))


def signed_in(view: Callable[P, Any]) -> Callable[P, Any]:
    """Any member of staff."""
    return _mark(view, Access("signed_in"))


def permission_required(permission: str) -> Callable[[Callable[P, Any]], Callable[P, Any]]:
    """Staff whose role carries the permission."""
    return lambda view: _mark(view, Access("permission", permission=permission))


def own_door(name: str) -> Callable[[Callable[P, Any]], Callable[P, Any]]:
    """People who are not staff, let in by a guard of the view's own (``customer``)."""
    return lambda view: _mark(view, Access("own_door", door=name))


def callers(
    *, customers: bool = False, permission: str | None = None, scope: str | None = None
) -> Callable[[Callable[P, Any]], Callable[P, Any]]:
    """Programs: a customer's conversation, staff with the permission, an integration with the scope; one or several."""
    return lambda view: _mark(view, Access("api", permission=permission, customers=customers, scope=scope))


def access_of(view: object) -> Access | None:
    """What a view declared; None if it declared nothing."""
    found = getattr(view, "kesu_access", None)
    return found if isinstance(found, Access) else None


def _mark(view: Callable[P, Any], access: Access) -> Callable[P, Any]:
    view.kesu_access = access  # type: ignore[attr-defined]
    return view
