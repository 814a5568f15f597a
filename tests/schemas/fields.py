"""The questions of a form, and the repeat each stands in."""

from schemas.forms.definition import FormDefinition, Node


def fields_of(form: FormDefinition) -> dict[str, str]:
    """Question name → name of its repeat, blank outside one."""
    found: dict[str, str] = {}

    def walk(nodes: tuple[Node, ...], repeat: str) -> None:
        for node in nodes:
            if node.kind == "field":
                found[node.name] = repeat
            else:
                walk(node.children, node.name if node.kind == "repeat" else repeat)

    walk(form.body, "")
    return found
