// Plotly fills provinces with plain colours only; what must not be told by colour alone is marked
// afterwards, on the shapes it drew.

interface DrawnTrace extends Element {
  readonly __data__?: readonly { readonly trace?: { readonly meta?: { readonly role?: string } } }[];
}

export function markProvinces(element: Element): void {
  for (const group of element.querySelectorAll<DrawnTrace>(".choroplethlayer .trace")) {
    const role = group.__data__?.[0]?.trace?.meta?.role;
    for (const province of group.querySelectorAll<SVGPathElement>("path")) {
      if (role === "suppressed") province.style.fill = "url(#hatch)";
      province.style.strokeDasharray = role === "imprecise" ? "2.5 2" : "";
    }
  }
}
