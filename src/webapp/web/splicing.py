"""A macro's body in the place of its call: no call, no scope of its own, every name as it was meant."""

import re
from itertools import count
from typing import Any, TypeVar

from jinja2 import nodes
from jinja2.visitor import NodeTransformer

Node = TypeVar("Node", bound=nodes.Node)
Arguments = dict[str, nodes.Expr]
SIMPLE = (nodes.Const, nodes.TemplateData)
numbers = count(1)
PARAMETER = re.compile(r"_\d+$")
"""How a name ends that was made here."""


class CannotSplice(Exception):
    """This macro does something that only a call can do."""


def copied(node: Node) -> Node:
    """The same tree anew; a deep copy would take the whole environment along."""
    fields = [_copied(value) for _, value in node.iter_fields()]
    return node.__class__(*fields, lineno=node.lineno, environment=node.environment)


def _copied(value: Any) -> Any:
    if isinstance(value, list):
        return [_copied(one) for one in value]
    return copied(value) if isinstance(value, nodes.Node) else value


def bound(macro: nodes.Macro, positional: list[nodes.Expr], named: Arguments) -> Arguments:
    """Which value each parameter gets."""
    names = [argument.name for argument in macro.args]
    defaults = dict(zip(names[len(names) - len(macro.defaults) :], macro.defaults, strict=True))
    given = dict(zip(names, positional, strict=False)) | named
    values = defaults | given
    if len(positional) > len(names) or values.keys() != set(names):
        raise CannotSplice
    if any(isinstance(default, nodes.Name) for default in defaults.values()):
        raise CannotSplice  # one parameter is the default of another
    return values


def spliced(
    macro: nodes.Macro,
    positional: list[nodes.Expr],
    named: Arguments,
    caller: list[nodes.Node] | None,
    eval: nodes.EvalContext,
) -> list[nodes.Node]:
    """As statements; constants go where they are used, other arguments get a name that nobody else has."""
    number = next(numbers)
    constants: Arguments = {}
    names, values = {}, {}
    for name, value in bound(macro, positional, named).items():
        if isinstance(value, SIMPLE):
            constants[name] = value
        else:
            names[name], values[name] = f"{name}_{number}", value
    body = _Splice(macro, constants, names, number, caller, eval).all(macro.body)
    if not values:
        return body
    targets: list[nodes.Node] = [nodes.Name(names[name], "param") for name in values]
    return [nodes.With(targets, list(values.values()), body, lineno=macro.lineno)]


def said(macro: nodes.Macro, values: Arguments, eval: nodes.EvalContext) -> nodes.Expr:
    """As one value; only for macros that choose and join words."""
    used = [name.name for name in macro.find_all(nodes.Name) if name.ctx == "load"]
    for name, value in values.items():
        if used.count(name) > 1 and not isinstance(value, (*SIMPLE, nodes.Name, nodes.Getattr)):
            raise CannotSplice
    return _value(_Splice(macro, values, {}, 0, None, eval).all(macro.body))


def _value(body: list[nodes.Node]) -> nodes.Expr:
    parts: list[nodes.Expr] = []
    for node in body:
        if isinstance(node, nodes.Output):
            parts += [one if isinstance(one, nodes.TemplateData) else _escaped(one) for one in node.nodes]
        elif isinstance(node, nodes.If):
            parts.append(_chosen([node, *node.elif_], node.else_))
        else:
            raise CannotSplice
    if len(parts) == 1:
        return parts[0]
    return nodes.Concat(parts) if parts else nodes.TemplateData("")


def _chosen(branches: list[nodes.If], otherwise: list[nodes.Node]) -> nodes.Expr:
    if not branches:
        return _value(otherwise)
    first, *rest = branches
    return nodes.CondExpr(first.test, _value(first.body), _chosen(rest, otherwise))


def _escaped(value: nodes.Expr) -> nodes.Expr:
    return nodes.Filter(value, "e", [], [], None, None)


class _Splice(NodeTransformer):
    def __init__(
        self,
        macro: nodes.Macro,
        constants: Arguments,
        names: dict[str, str],
        number: int,
        caller: list[nodes.Node] | None,
        eval: nodes.EvalContext,
    ) -> None:
        self.constants, self.caller, self.eval = constants, caller, eval
        stored = {name.name for node in macro.body for name in _names(node) if name.ctx != "load"}
        if stored & (constants.keys() | names.keys()) or any(node.find(nodes.Macro) for node in macro.body):
            raise CannotSplice
        self.names = names | {name: f"{name}_{number}" for name in stored}
        self._in_loop = 0

    def all(self, body: list[nodes.Node]) -> list[nodes.Node]:
        made: list[nodes.Node] = []
        for node in body:
            new = self.visit(copied(node))
            made += new if isinstance(new, list) else [new]
        return joined(made)

    def generic_visit(self, node: nodes.Node, *_: Any, **__: Any) -> nodes.Node:
        return join_inside(super().generic_visit(node))

    def visit_Name(self, node: nodes.Name) -> nodes.Node:
        if node.name in ("caller", "varargs", "kwargs"):
            raise CannotSplice
        if node.name in self.constants:
            return copied(self.constants[node.name])
        node.name = self.names.get(node.name, node.name)
        return node

    def visit_With(self, node: nodes.With) -> Any:
        """A name that turns out to mean a constant is that constant: it was made here, nobody else sets it."""
        kept = []
        for target, value in zip(node.targets, map(self.visit, node.values), strict=True):
            if isinstance(target, nodes.Name) and isinstance(value, SIMPLE) and PARAMETER.search(target.name):
                self.constants[target.name] = value
            else:
                kept.append((self.visit(target), value))
        body = self.all(node.body)
        if not kept:
            return body
        return nodes.With(
            [target for target, _ in kept], [value for _, value in kept], body, lineno=node.lineno
        )

    def visit_For(self, node: nodes.For) -> nodes.Node:
        self._in_loop += 1
        self.generic_visit(node)
        self._in_loop -= 1
        return node

    def visit_Test(self, node: nodes.Test) -> nodes.Node:
        if isinstance(node.node, nodes.Name) and node.node.name == "caller" and node.name == "defined":
            return nodes.Const(self.caller is not None)
        self.generic_visit(node)
        return node

    def visit_Output(self, node: nodes.Output) -> list[nodes.Node]:
        made: list[nodes.Node] = []
        for child in node.nodes:
            if (
                isinstance(child, nodes.Call)
                and isinstance(child.node, nodes.Name)
                and child.node.name == "caller"
            ):
                if self.caller is None or child.args or child.kwargs or self._in_loop:
                    raise CannotSplice
                made += [copied(one) for one in self.caller]
            else:
                made.append(nodes.Output([or_nothing(self.visit(child))], lineno=node.lineno))
        return made

    def visit_If(self, node: nodes.If) -> Any:
        """Branches that a constant has decided are taken or left here."""
        open_, otherwise = [], node.else_
        for branch in (node, *node.elif_):
            test = self.visit(branch.test)
            try:
                sure = bool(test.as_const(self.eval))
            except nodes.Impossible:
                open_.append(nodes.If(test, self.all(branch.body), [], [], lineno=branch.lineno))
                continue
            if sure:
                otherwise = branch.body
                break
        rest = self.all(otherwise)
        if not open_:
            return rest
        first, *others = open_
        first.elif_, first.else_ = others, rest
        return first


def joined(body: list[Any]) -> list[Any]:
    """Neighbouring outputs as one: words that are sure become one text."""
    made: list[Any] = []
    for node in body:
        if isinstance(node, nodes.Output) and made and isinstance(made[-1], nodes.Output):
            made[-1] = nodes.Output([*made[-1].nodes, *node.nodes], lineno=made[-1].lineno)
        else:
            made.append(node)
    return made


def or_nothing(shown: nodes.Expr) -> nodes.Expr:
    """`{{ "x" if y }}`: what is left out shows as nothing, and needs no object that stands for it."""
    if isinstance(shown, nodes.CondExpr):
        shown.expr2 = or_nothing(shown.expr2) if shown.expr2 else nodes.TemplateData("")
    return shown


def join_inside(node: nodes.Node) -> nodes.Node:
    for name, value in node.iter_fields(only=("body", "else_")):
        if isinstance(value, list):
            setattr(node, name, joined(value))
    return node


def _names(node: nodes.Node) -> list[nodes.Name]:
    own = [node] if isinstance(node, nodes.Name) else []
    return own + list(node.find_all(nodes.Name))
