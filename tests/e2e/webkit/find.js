// The visible element of a kind and an accessible name, as a person would look for it; null when there is none.
const [kind, name] = arguments
const KINDS = {
  button: "button, input[type=submit], input[type=button], summary, [role=button]",
  link: "a[href], [role=link]",
  tab: "[role=tab]",
  menu: "summary",
  field: "input:not([type=hidden]), textarea, select",
  choice: "input[type=checkbox], input[type=radio]",
}
const tidy = words => (words || "").replace(/\s+/g, " ").trim()
const textOf = ids => ids.split(" ").map(id => tidy(document.getElementById(id)?.textContent)).join(" ")
const nameOf = element => tidy(
  element.getAttribute("aria-label")
  || (element.hasAttribute("aria-labelledby") && textOf(element.getAttribute("aria-labelledby")))
  || (element.labels?.length && [...element.labels].map(label => label.textContent).join(" "))
  || (element.matches("input") ? element.value : element.textContent)
  || element.title
)
const isVisible = element => element.getClientRects().length > 0
  && getComputedStyle(element).visibility !== "hidden"
const isReachable = element => kind === "choice" ? element.labels?.length || isVisible(element) : isVisible(element)
const found = [...document.querySelectorAll(KINDS[kind])]
  .filter(element => isReachable(element) && !element.disabled && nameOf(element).includes(tidy(name)))
const exact = found.find(element => nameOf(element) === tidy(name))
const element = exact || found[0] || null
element?.scrollIntoView({block: "center"})
return element
