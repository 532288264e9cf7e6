// As much of a browser as signing in takes: cookies by host, links, forms, and redirects one at a time.

export class Browser {
  #cookies = new Map();

  /** Asks once; a redirect is not followed. */
  async ask(url, form) {
    const { host } = new URL(url);
    const jar = this.#cookies.get(host) ?? new Map();
    this.#cookies.set(host, jar);
    const headers = { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; ") };
    const body = form && new URLSearchParams(form);
    const response = await fetch(url, { method: form ? "POST" : "GET", headers, body, redirect: "manual" });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
      if (value === "" || /max-age=0/i.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    const location = response.headers.get("location");
    return {
      url,
      status: response.status,
      text: await response.text(),
      to: location && new URL(location, url).href,
    };
  }

  /** Asks, and follows redirects for as long as they last. */
  async go(url, form) {
    let answer = await this.ask(url, form);
    for (let hops = 0; answer.to && hops < 20; hops += 1) answer = await this.ask(answer.to);
    return answer;
  }
}

/** The address of the first link or form of an answer that leads to something like `part`. */
export function lead(answer, part) {
  const found = [...answer.text.matchAll(/(?:href|action)="([^"]*)"/g)].map(([, to]) => to);
  const to = found.find((to) => to.includes(part));
  if (!to) throw new Error(`nothing on ${answer.url} leads to ${part}: ${answer.text.slice(0, 2000)}`);
  return new URL(to.replaceAll("&#38;", "&").replaceAll("&amp;", "&"), answer.url).href;
}
