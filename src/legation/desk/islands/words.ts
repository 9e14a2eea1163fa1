// What a script says stands in templates of the page, in the language of the reader.

/** Return a sentence of the page by its name; {0} and {1} are what it speaks of. */
export const said = (name: string, ...of: (string | number)[]): string => {
  const held = [...document.querySelectorAll<HTMLTemplateElement>("template[data-words]")];
  const found = held
    .map((one) => one.content.querySelector(`[data-word="${name}"]`)?.textContent)
    .find((text) => text !== undefined && text !== null);
  return (found ?? name).replace(/\{(\d)\}/g, (_, at: string) => String(of[Number(at)] ?? ""));
};

/** Return a number as the page's language writes it. */
export const count = (number: number): string =>
  number.toLocaleString(document.documentElement.lang || "en");

/** Return hundredths as the page's language writes them. */
export const percent = (hundredths: number): string => said("percent", count(hundredths));

/** Make an element with a class and text. */
export const made = <Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  text = "",
  kind = "",
): HTMLElementTagNameMap[Name] => {
  const one = document.createElement(name);
  if (text) one.textContent = text;
  if (kind) one.className = kind;
  return one;
};
