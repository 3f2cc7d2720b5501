/** What the first screen tells. */
export interface FirstScreen {
  readonly url: string;
  readonly data: string;
  readonly ephemeral: boolean;
  readonly adminToken: string;
  readonly contexts: string;
}

/** Where it listens, where the data lies, how to come in, what to try. */
export function firstScreen({ url, data, ephemeral, adminToken, contexts }: FirstScreen): string {
  return `
  Meshwork listens on   ${url}
  data                  ${data}${ephemeral ? " (gone at the end)" : ""}
  context               dev, selected in ${contexts}

  one-time admin sign-in, good for 15 minutes, for another user or machine:
    npx mesh login --endpoint ${url}
    ${adminToken}
${whatToTry(url)}`.slice(1);
}

/** What is worth trying; said again once the first work has scrolled it away. */
export function whatToTry(url: string): string {
  return `
  listening on ${url}; try in another terminal:
    npx mesh agents list -w
    npx mesh call w1 echo --data hello
    npx mesh meshes watch

  Ctrl-C stops everything.

`;
}
