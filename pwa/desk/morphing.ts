// Turns a drawn piece of the page into its newer version, touching only what differs: nothing
// flickers, and focus, selection and scroll positions stay where they are.

export function renew(element: Element, html: string): void {
  const newer = new DOMParser().parseFromString(html, "text/html").body;
  renewChildren(element, newer);
}

function renewChildren(old: Element, newer: Element): void {
  const wanted = [...newer.childNodes];
  const present = [...old.childNodes];
  wanted.forEach((node, place) => {
    const existing = present[place];
    if (!existing) old.append(document.importNode(node, true));
    else renewNode(existing, node);
  });
  for (const surplus of present.slice(wanted.length)) surplus.remove();
}

function renewNode(old: ChildNode, newer: ChildNode): void {
  if (old instanceof Element && newer instanceof Element && old.tagName === newer.tagName) {
    if (old.hasAttribute("data-enhanced") && old.textContent === newer.textContent) return;
    renewAttributes(old, newer);
    renewChildren(old, newer);
  } else if (old.nodeType === Node.TEXT_NODE && newer.nodeType === Node.TEXT_NODE) {
    if (old.nodeValue !== newer.nodeValue) old.nodeValue = newer.nodeValue;
  } else {
    old.replaceWith(document.importNode(newer, true));
  }
}

function renewAttributes(old: Element, newer: Element): void {
  for (const { name } of [...old.attributes]) {
    if (!newer.hasAttribute(name)) old.removeAttribute(name);
  }
  for (const { name, value } of newer.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
}
