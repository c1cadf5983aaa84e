"""Small faults, one at a time, in a module's syntax tree: what a slip of the hand would have made of it.

Annotations, docstrings, decorators, imports and ``__all__`` stay as they are: nothing that runs depends on them.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

_COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_CALCULATED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
_DELETED = (ast.Expr, ast.Assign, ast.AugAssign, ast.Raise)
_UNTOUCHED = ("annotation", "returns", "decorator_list", "names", "type_params")


@dataclass(frozen=True)
class Mutant:
    """The module with one fault; ``what`` says which, as source text."""

    line: int
    what: str
    tree: ast.Module


def mutants(source: str) -> Iterator[Mutant]:
    """Every module that one fault makes of this one."""
    tree = ast.parse(source)
    for path, node in _nodes(tree, ()):
        for fault in _faults(node):
            changed = copy.deepcopy(tree)
            _put(changed, path, fault)
            ast.fix_missing_locations(changed)
            yield Mutant(_line(node), _what(node, fault), changed)


_Path = tuple[tuple[str, int | None], ...]


def _nodes(node: ast.AST, path: _Path) -> Iterator[tuple[_Path, ast.AST]]:
    """Every node that may be changed, with the way to it from the module."""
    for name, value in ast.iter_fields(node):
        if name in _UNTOUCHED:
            continue
        for place, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(child, ast.AST) or _says_nothing(child):
                continue
            way = (*path, (name, place))
            yield way, child
            yield from _nodes(child, way)


def _says_nothing(node: ast.AST) -> bool:
    """Docstrings, imports, names of types and ``__all__``."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return True
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        # An alias of types is an annotation under another name.
        return node.targets[0].id == "__all__" or ast.unparse(node.value).startswith(("Policy |", "Callable["))
    return False


def _faults(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Compare(ops=[op]):
            yield from (_with(node, ops=[other()]) for other in _COMPARED[type(op)])
        case ast.Compare(ops=ops):
            for place, op in enumerate(ops):
                for other in _COMPARED[type(op)]:
                    yield _with(node, ops=[*ops[:place], other(), *ops[place + 1 :]])
        case ast.BoolOp(op=op):
            yield _with(node, op=ast.Or() if isinstance(op, ast.And) else ast.And())
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield operand
        case ast.BinOp(op=op) if type(op) in _CALCULATED:
            yield _with(node, op=_CALCULATED[type(op)]())
        case ast.AugAssign(op=op) if type(op) in _CALCULATED:
            yield _with(node, op=_CALCULATED[type(op)]())
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value)):
            yield from (ast.Constant(value + 1), ast.Constant(value - 1))
        case ast.Constant(value=str(value)):
            yield ast.Constant(f"XX{value}")
        case ast.Return(value=value) if value is not None and not _is_none(value):
            yield _with(node, value=ast.Constant(None))
        case ast.If(test=test) | ast.IfExp(test=test):
            yield from (_with(node, test=ast.Constant(answer)) for answer in (True, False) if not _is(test, answer))
        case ast.comprehension(ifs=[_, *_]):
            yield _with(node, ifs=[])
        case ast.Set(elts=elts) | ast.Tuple(elts=elts, ctx=ast.Load()) | ast.List(elts=elts, ctx=ast.Load()):
            # One element fewer; a set must keep one to stay a set.
            if len(elts) > 1:
                yield from (_with(node, elts=[*elts[:place], *elts[place + 1 :]]) for place in range(len(elts)))
        case ast.Break():
            yield ast.Continue()
        case ast.Continue():
            yield ast.Break()
    if isinstance(node, _DELETED):
        yield ast.Pass()


def _with(node: ast.AST, **changes: object) -> ast.AST:
    made = copy.copy(node)
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def _put(tree: ast.AST, path: _Path, fault: ast.AST) -> None:
    for name, place in path[:-1]:
        value = getattr(tree, name)
        tree = value if place is None else value[place]
    name, place = path[-1]
    if place is None:
        setattr(tree, name, copy.deepcopy(fault))
    else:
        getattr(tree, name)[place] = copy.deepcopy(fault)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is(node: ast.expr, answer: bool) -> bool:
    return isinstance(node, ast.Constant) and node.value is answer


def _line(node: ast.AST) -> int:
    return getattr(node, "lineno", 0) or next(
        (line for child in ast.iter_child_nodes(node) if (line := _line(child))), 0
    )


def _what(node: ast.AST, fault: ast.AST) -> str:
    if isinstance(node, ast.Set | ast.Tuple | ast.List) and isinstance(fault, ast.Set | ast.Tuple | ast.List):
        (gone,) = (each for each in node.elts if each not in fault.elts)
        return f"{_text(node)}  without  {_text(gone)}"
    return f"{_text(node)}  →  {_text(fault)}"


def _text(node: ast.AST) -> str:
    """The first line of it, not too long."""
    if isinstance(node, ast.comprehension):
        conditions = "".join(f" if {ast.unparse(each)}" for each in node.ifs)
        return f"for {ast.unparse(node.target)} in {ast.unparse(node.iter)}{conditions}"
    lines = ast.unparse(node).splitlines()
    return lines[0][:90] + (" …" if len(lines) > 1 else "")
